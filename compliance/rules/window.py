"""The contact window: local hours in every place the person may be."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from compliance.gate.facts import AppliedRule, ContactFacts, Finding

#: How far ahead an opening is looked for; zones so far apart that none fits never open.
HORIZON = timedelta(days=3)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a contact outside the half-open window [opens, closes) of any candidate zone.

    Where number and address point to different zones, the time must be convenient in all of them
    (12 CFR 1006.6(b)(1)(i), comment 2). Without any zone this rule is silent: unknown data denies.
    """
    if facts.request.channel not in rule.values["channels"] or not facts.zones:
        return []
    hours = _hours(rule)
    closed_in = [zone for zone in facts.zones if not _is_open(facts.request.at, zone, hours)]
    if not closed_in:
        return []
    opens_at = next_opening(at=facts.request.at, zones=facts.zones, rule=rule)
    return [
        Finding(
            code=rule.code,
            reason="window_closed" if opens_at else "window_never_opens",
            citation=rule.citation,
            opens_at=opens_at,
            event="" if opens_at else "place_known",
            values={
                "opens": rule.values["opens"],
                "closes": rule.values["closes"],
                "zones": closed_in,
            },
        )
    ]


def next_opening(*, at: datetime, zones: tuple[str, ...], rule: AppliedRule) -> datetime | None:
    """Returns the first instant from `at` on that lies in the window of every zone."""
    hours = _hours(rule)
    candidates = {at} | {
        opening for zone in zones for opening in _boundaries(at, zone, hours[0]) if opening > at
    }
    for instant in sorted(candidates):
        if all(_is_open(instant, zone, hours) for zone in zones):
            return instant
    return None


def next_closing(*, at: datetime, zones: tuple[str, ...], rule: AppliedRule) -> datetime | None:
    """Returns the first instant after `at` at which the window closes in any zone."""
    _opens, closes = _hours(rule)
    closings = [
        closing for zone in zones for closing in _boundaries(at, zone, closes) if closing > at
    ]
    return min(closings, default=None)


def _hours(rule: AppliedRule) -> tuple[time, time]:
    return (
        time.fromisoformat(rule.values["opens"]),
        time.fromisoformat(rule.values["closes"]),
    )


def _is_open(at: datetime, zone: str, hours: tuple[time, time]) -> bool:
    local = at.astimezone(ZoneInfo(zone)).time()
    return hours[0] <= local < hours[1]


def _boundaries(at: datetime, zone: str, clock_time: time) -> list[datetime]:
    """Instants at which the zone's clock shows `clock_time`, from the day before to the horizon.

    A local time that daylight saving skips moves forward, as `zoneinfo` resolves fold 0 through
    UTC; 08:00 and 21:00 are skipped nowhere, other packs' hours may be.
    """
    first_day = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    return [
        datetime.combine(
            first_day + timedelta(days=offset), clock_time, tzinfo=ZoneInfo(zone)
        ).astimezone(UTC)
        for offset in range(HORIZON.days + 2)
    ]
