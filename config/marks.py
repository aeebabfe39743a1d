"""Makes the small components cheap: a list shows hundreds of them, most of them alike.

`<c-icon>`, `<c-dpd>` and the others named here stay ordinary components, each with its template in
templates/cotton. What they show follows from their attributes, their slot and the language alone,
so a finished one is kept in the process and shown again. The rest goes through django-cotton
unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from weakref import WeakKeyDictionary

from django import template
from django.forms.utils import flatatt
from django.template.base import Node, NodeList, Parser, Template, Token
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django_cotton.templatetags import Attrs, UnprocessableDynamicAttr
from django_cotton.templatetags._component import AttrKind, CottonComponentNode, cotton_component
from django_cotton.templatetags._vars import CottonVarsNode

register = template.Library()

#: Shown alike again and again: kept once rendered.
KEPT: Final = frozenset({"icon", "dpd", "verdict-chip", "status", "flag"})

#: Hold an amount, a person's own words or a control: rendered each time, never kept in memory.
FRESH: Final = frozenset({"money", "masked", "field", "timeline-item"})

#: Marks kept of one component; more of them than this are other words each time.
MOST_KEPT: Final = 2_000

_PLAIN: Final = frozenset({str, SafeString, int, bool, type(None)})


@register.tag("cotton")
def component(parser: Parser, token: Token) -> Node:
    """Compiles a component as django-cotton does; a small one is rendered by `MarkNode`."""
    node = cotton_component(parser, token)
    is_small = node.component_name in KEPT | FRESH and not node.only
    shown: Node = MarkNode(node) if is_small else node
    return shown


@register.filter
def html_attributes(attributes: dict[str, Any]) -> SafeString:
    """Writes the attributes of a control; one that is false or nothing is left out."""
    return flatatt(attributes)


@register.filter
def html_options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """Writes the choices of a select, as Django's templates do one include at a time."""
    written = []
    for name, options, _index in groups:
        lines = format_html_join(
            "",
            '\n  <option value="{}"{}>{}</option>',
            ((str(one["value"]), flatatt(one["attrs"]), one["label"]) for one in options),
        )
        if name:
            lines = format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, lines)
        written.append(lines)
    return format_html_join("", "{}", ((lines,) for lines in written))


class Mark:
    """The template of one small component: its defaults, its nodes, and what it has shown."""

    def __init__(self, of: Template) -> None:
        self.nodes = NodeList(node for node in of.nodelist if not isinstance(node, CottonVarsNode))
        self.defaults: dict[str, Any] = {}
        for node in of.nodelist:
            if isinstance(node, CottonVarsNode):
                self.defaults |= node.extract_vars(Context(), Attrs({}), {})
        self.kept: dict[tuple[Any, ...], SafeString] = {}

    def show(self, given: dict[str, Any], slot: SafeString, context: Context) -> SafeString:
        """Renders it with its attributes and slot."""
        with context.push(**self.defaults | given, slot=slot):
            return self.nodes.render(context)

    def recall(self, given: dict[str, Any], slot: SafeString, context: Context) -> SafeString:
        """Returns it as shown before with the same attributes, slot and language."""
        kinds = tuple(map(type, given.values()))
        if not _PLAIN.issuperset(kinds):
            return self.show(given, slot, context)
        # The types belong to the key: text that is safe as it stands equals text that is not.
        key = (*given.items(), kinds, slot, get_language(), context.autoescape)
        shown = self.kept.get(key)
        if shown is None:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            shown = self.kept[key] = self.show(given, slot, context)
        return shown


#: By template, so that one that was changed and loaded again starts afresh.
_marks: WeakKeyDictionary[Template, Mark] = WeakKeyDictionary()


class MarkNode(Node):
    """A small component where a page uses it."""

    child_nodelists = ("nodelist",)

    def __init__(self, node: CottonComponentNode) -> None:
        self.component = node
        self.nodelist = node.nodelist
        self.is_kept = node.component_name in KEPT
        self.attributes = [
            (attr.key.replace("-", "_"), attr.kind, attr.value, attr.compiled)
            for attr in node._prepared_attrs
        ]

    def render(self, context: Context) -> SafeString:
        """Shows the component."""
        used = self.component._get_cached_template(context, {})
        mark = _marks.get(used)
        if mark is None:
            mark = _marks[used] = Mark(used)
        slot = self.nodelist.render(context)
        show = mark.recall if self.is_kept else mark.show
        return show(self._given(context), slot, context)

    def _given(self, context: Context) -> dict[str, Any]:
        """The attributes as values; one whose variable does not exist keeps its default."""
        given = {}
        for name, kind, value, compiled in self.attributes:
            if compiled is None:
                given[name] = value
            elif kind is AttrKind.ESCAPED:
                given[name] = compiled.render(context)
            else:
                try:
                    given[name] = compiled.resolve(context)
                except UnprocessableDynamicAttr:
                    if kind is AttrKind.UNQUOTED:
                        given[name] = value
        return given
