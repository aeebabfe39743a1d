"""The small components show what django-cotton would show, kept or not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.template import Context, Template, engines
from django.utils import translation
from django.utils.safestring import SafeString
from django_cotton.compiler_regex import CottonCompiler
from django_cotton.templatetags._component import CottonComponentNode

from config import marks

USES = (
    '<c-icon name="phone" />',
    '<c-icon :name="word" size="small" solid />',
    '<c-icon name="{{ word }}-left" label="{{ unsafe }}" />',
    '<c-icon :name="nobody.knows" />',
    '<c-dpd :level="3" :code="word" :days="number" />',
    '<c-dpd level="0" code="" :days="nothing" />',
    '<c-money :amount="amount" currency="CNY" strong />',
    '<c-money :amount="nothing" currency="CNY" />',
    '<c-masked :value="unsafe" lang="zh" what="{% translate \'plate\' %}" />',
    '<c-verdict-chip state="later" channel="phone" :channel_name="unsafe" :text="unsafe" />',
    '<c-verdict-chip :state="word" :text="safe" />',
    '<c-status state="done">{{ unsafe }} <b>{{ word }}</b></c-status>',
    '<c-flag tone="stop">{{ word }}</c-flag>',
    '<c-flag icon="lock"><c-icon name="phone" /></c-flag>',
)
CONTEXT = {
    "word": "later",
    "number": 12,
    "nothing": None,
    "amount": Decimal("1204.5"),
    "unsafe": "<b>& 'x'",
    "safe": SafeString("<b>&amp;</b>"),
}


def compiled(source: str):
    return engines["django"].engine.from_string(CottonCompiler().process(source))


def shown(source: str, *given: object) -> list[str]:
    """What one component in a loop shows for each value of `given`."""
    loop = f"{{% for given in all %}}{source}|||{{% endfor %}}"
    return compiled(loop).render(Context(CONTEXT | {"all": given})).split("|||")[:-1]


@pytest.fixture(autouse=True)
def used(monkeypatch: pytest.MonkeyPatch) -> dict[Template, marks.Mark]:
    """The marks a test uses; holds on to templates that are not cached."""
    found: dict[Template, marks.Mark] = {}
    monkeypatch.setattr(marks, "_marks", found)
    return found


def kept(used: dict[Template, marks.Mark]) -> list[str]:
    return [html for mark in used.values() for html in mark.kept.values()]


@pytest.fixture
def as_cotton_does(monkeypatch: pytest.MonkeyPatch):
    """Leaves every component to django-cotton."""

    def show(source: str) -> str:
        with monkeypatch.context() as patched:
            patched.setattr(marks, "KEPT", frozenset())
            patched.setattr(marks, "FRESH", frozenset())
            template = compiled(source)
            assert template.nodelist.get_nodes_by_type(CottonComponentNode)
            return template.render(Context(CONTEXT))

    return show


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("source", USES)
def test_a_mark_shows_what_cotton_would(source: str, language: str, as_cotton_does):
    with translation.override(language):
        expected = as_cotton_does(source)

        assert compiled(source).nodelist.get_nodes_by_type(marks.MarkNode)
        assert shown(source, 1, 2) == [expected, expected]


def test_what_was_shown_before_is_shown_again(used):
    shown('<c-dpd level="1" code="M1" :days="given" />', 4, 5, 4, 5, 4)

    assert len(kept(used)) == 2


def test_what_is_safe_is_not_taken_for_what_is_not():
    text = "<i>until 21:00</i>"

    safe, unsafe = shown('<c-verdict-chip :text="given" />', SafeString(text), text)

    assert text in safe
    assert text not in unsafe


def test_a_mark_kept_in_one_language_is_not_shown_in_another():
    chip = compiled('<c-verdict-chip state="stopped" text="" />')
    context = Context({})

    in_english = chip.render(context)
    with translation.override("zh-hans"):
        assert chip.render(context) != in_english
    assert chip.render(context) == in_english


def test_values_that_are_equal_stay_apart():
    number, word = shown('<c-dpd level="1" code="M1" :days="given" />', 1, True)

    assert ">1 d<" not in word
    assert number != word


def test_what_is_kept_stays_bounded(used, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(marks, "MOST_KEPT", 3)

    rows = shown('<c-dpd level="1" code="M1" :days="given" />', *range(10))

    assert len(set(rows)) == 10
    assert 1 <= len(kept(used)) <= 3


def test_amounts_and_names_are_never_kept(used):
    shown('<c-masked :value="given" /><c-money :amount="amount" currency="CNY" />', "张伟", "李娜")

    assert len(used) == 2
    assert kept(used) == []
