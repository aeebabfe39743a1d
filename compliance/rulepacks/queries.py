"""Which rules apply: the packs of a portfolio and of a person's places as they stand on a day."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.gate.facts import AppliedRule
from compliance.rulepacks.models import RulePack, RulePackVersion
from compliance.rulepacks.names import pack_name

#: Versions in force on some of the days, in their order, with the rules of those not read yet; a
#: version without such rules has one row with none of them.
_SQL: Final = """
SELECT version.effective_from, pack.code, pack.place, version.version, version.id,
    version.published_at, unread.rule, unread.code, unread.values, unread.citation,
    unread.override, unread.binding, unread.agency_binding
FROM compliance_rulepackversion AS version
JOIN compliance_rulepack AS pack ON pack.id = version.pack_id
LEFT JOIN compliance_ruleparameters AS unread
    ON unread.version_id = version.id AND version.id <> ALL(%(read)s::bigint[])
WHERE (pack.code = ANY(%(codes)s) OR pack.place <> '') AND version.effective_from <= %(to)s
    AND NOT EXISTS (
        SELECT FROM compliance_rulepackversion AS later
        WHERE later.pack_id = version.pack_id AND later.version > version.version
            AND later.effective_from <= %(from)s
    )
ORDER BY version.version, unread.id
"""

_Applied = tuple[tuple[AppliedRule, ...], tuple[str, ...]]


class PackRules(NamedTuple):
    """The rules of one pack, with the force they have for the lender and for an agency."""

    place: str
    for_lender: tuple[AppliedRule, ...]
    for_agency: tuple[AppliedRule, ...]


@dataclass(frozen=True, slots=True)
class RulesOfADay:
    """The packs as they stand on a day, by their code."""

    packs: dict[str, PackRules]
    # A list asks for thousands of people of few places; the answer for each kind is made once.
    _known: dict[tuple[frozenset[str], frozenset[str], bool], _Applied] = field(
        default_factory=dict, compare=False, repr=False
    )

    def of(
        self,
        pack_codes: Iterable[str],
        *,
        locations: Iterable[str] = (),
        organisation: str = "",
    ) -> tuple[tuple[AppliedRule, ...], tuple[str, ...]]:
        """Returns the rules that apply, and the named packs that have no version in force.

        Those of every pack that is named and of every local pack one of the `locations` lies in:
        all are asked, so the strictest wins. `organisation` is empty for the lender itself. A pack
        that is named but has no version in force is missing; the caller must treat that as
        unknown, never as permission.
        """
        key = (frozenset(pack_codes), frozenset(locations), organisation != "")
        if key not in self._known:
            self._known[key] = self._applied(*key)
        return self._known[key]

    def _applied(
        self, named: frozenset[str], locations: frozenset[str], is_agency: bool
    ) -> _Applied:
        joining = {
            code
            for code, pack in self.packs.items()
            if pack.place and any(lies_in(location, pack.place) for location in locations)
        }
        chosen = [self.packs[code] for code in sorted(named | joining) if code in self.packs]
        rules = tuple(
            rule for pack in chosen for rule in (pack.for_agency if is_agency else pack.for_lender)
        )
        return rules, tuple(sorted(named.difference(self.packs)))


def lies_in(location: str, place: str) -> bool:
    """Says whether a location such as US-NY-NYC lies in a place such as US-NY."""
    return location == place or location.startswith(f"{place}-")


def rules_on(*, pack_codes: Iterable[str], days: Collection[date]) -> dict[date, RulesOfADay]:
    """Returns for each day the newest versions in force of these packs and of every local pack.

    One query, which leaves out versions that were replaced before the first of the days. A
    published version never changes, so each process reads the rules of one only once.
    """
    read = [pk for pk, _published_at in _PUBLISHED]
    codes = list(set(pack_codes))
    wanted: dict[str, Any] = {"codes": codes, "read": read, "from": min(days), "to": max(days)}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, wanted)
        found = cursor.fetchall()
    rows = [
        (_Version(*row[: len(_Version._fields)]), row[len(_Version._fields) :]) for row in found
    ]
    if any(version.pk in read and version.key not in _PUBLISHED for version, _rule in rows):
        _PUBLISHED.clear()  # another database than before, as in benchmarks
        return rules_on(pack_codes=pack_codes, days=days)
    _remember(rows)
    versions = list(dict.fromkeys(version for version, _rule in rows))
    return {day: _in_force(v for v in versions if v.effective_from <= day) for day in days}


class _Version(NamedTuple):
    """Which edition of which pack; with the moment of its publishing no other is taken for it."""

    effective_from: date
    code: str
    place: str
    version: int
    pk: int
    published_at: datetime

    @property
    def key(self) -> tuple[int, datetime]:
        return self.pk, self.published_at


#: The rules of each version read so far, for the lender and for an agency.
_PUBLISHED: dict[tuple[int, datetime], list[list[AppliedRule]]] = {}


def _remember(rows: Iterable[tuple[_Version, tuple[Any, ...]]]) -> None:
    """Keeps the rules of versions that were not read before; one without rules has one row."""
    fresh: dict[tuple[int, datetime], list[list[AppliedRule]]] = {}
    for version, (rule, *parameters) in rows:
        if version.key in _PUBLISHED:
            continue
        pair = fresh.setdefault(version.key, [[], []])
        if rule is not None:
            pack = f"{version.code} v{version.version}"
            # The driver hands out JSON as the text it is.
            parameters[1] = json.loads(parameters[1])
            for rules, one in zip(pair, _both(rule, *parameters, pack=pack), strict=True):
                rules.append(one)
    _PUBLISHED.update(fresh)


def _in_force(versions: Iterable[_Version]) -> RulesOfADay:
    """Keeps the newest version of each pack; they stand in the order of their numbers."""
    newest = {version.code: version for version in versions}
    return RulesOfADay(
        packs={
            code: PackRules(version.place, *map(tuple, _PUBLISHED[version.key]))
            for code, version in newest.items()
        }
    )


def _both(
    rule: str,
    code: str,
    values: dict[str, Any],
    citation: str,
    override: list[str],
    binding: str,
    agency_binding: str,
    *,
    pack: str,
) -> list[AppliedRule]:
    """One rule as it binds the lender, and as it binds an agency."""
    return [
        AppliedRule(
            rule=rule,
            code=code,
            values=values,
            citation=citation,
            binding=force,
            pack=pack,
            override=tuple(override),
        )
        for force in (binding, agency_binding)
    ]


def pack_choices() -> list[tuple[str, str]]:
    """Returns code and name of every rule pack, for choosing those of a portfolio.

    The name says so where a pack has no version in force, which would close the gate, and where it
    joins in by itself.
    """
    in_force = RulePackVersion.objects.filter(
        pack=OuterRef("pk"), effective_from__lte=timezone.localdate()
    )
    packs = RulePack.objects.annotate(is_in_force=Exists(in_force)).order_by("place", "code")
    return [(pack.code, _choice(pack, pack.is_in_force)) for pack in packs]


def _choice(pack: RulePack, is_in_force: bool) -> str:
    name = pack_name(pack.name)
    if not is_in_force:
        return _("%(name)s, no version in force: nobody may be contacted") % {"name": name}
    if pack.place:
        return _("%(name)s, joins in by itself in %(place)s") % {
            "name": name,
            "place": pack.place,
        }
    return name


def packs_missing(codes: Collection[str], day: date) -> list[str]:
    """Returns which of some packs have no version in force on a day; they close the gate."""
    begun = RulePackVersion.objects.filter(pack__code__in=codes, effective_from__lte=day)
    return sorted(set(codes).difference(begun.values_list("pack__code", flat=True)))


def versions_of(code: str) -> QuerySet[RulePackVersion]:
    """Returns the published versions of a pack with their rules, oldest first."""
    return (
        RulePackVersion.objects.filter(pack__code=code)
        .select_related("pack", "proposal__approval__requested_by")
        .prefetch_related("rules")
        .order_by("version")
    )


def newest_version(code: str) -> RulePackVersion | None:
    """Returns the newest published version of a pack, in force or not yet."""
    return versions_of(code).last()
