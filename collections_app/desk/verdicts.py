"""A decision of the gate as the pages show it: a shape, a sentence and when it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.gate.facts import Decision, Finding
from compliance.gate.sentences import event_sentence, reason_sentence


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What verdict bar and chip need; `state` picks the shape: allowed, later, stopped, none."""

    state: str
    answer: str
    until: str = ""
    why: str = ""
    citation: str = ""
    chip: str = ""
    flips_at: datetime | None = None
    refresh_href: str = ""
    allows_contact: bool = False
    citation_href: str = ""


def no_number() -> VerdictView:
    """The verdict where there is no number to ask about."""
    return VerdictView(
        state="none",
        answer=_("No number to call"),
        why=_("It comes with the next import of contact points"),
        chip=_("no number"),
    )


def present_call(decision: Decision, *, refresh_href: str = "") -> VerdictView:
    """Puts a decision about a call into words, with times on the person's own clock."""
    zone = _zone_to_show(decision)
    if decision.allowed:
        until = _clock(decision.closes_at, decision.facts.request.at, zone)
        return VerdictView(
            state="allowed",
            answer=_("You may call"),
            until=_("until %(time)s") % {"time": until} if until else "",
            why=", ".join(rule.code for rule in decision.facts.rules),
            citation=decision.facts.rules[0].citation if decision.facts.rules else "",
            chip=_("to %(time)s") % {"time": until} if until else _("allowed"),
            flips_at=decision.closes_at,
            refresh_href=refresh_href,
            allows_contact=True,
        )
    first = decision.denials[0]
    opens = _clock(decision.next_allowed_at, decision.facts.request.at, zone)
    return VerdictView(
        state="later" if opens else "stopped",
        answer=_("Do not call"),
        until=_("opens %(time)s there") % {"time": opens} if opens else "",
        why=" · ".join(_sentence(finding) for finding in decision.denials),
        citation=first.citation,
        chip=_("opens %(time)s") % {"time": opens} if opens else _short(first),
        flips_at=decision.next_allowed_at,
        refresh_href=refresh_href,
    )


def _sentence(finding: Finding) -> str:
    parts = [reason_sentence(finding.reason, finding.values), event_sentence(finding.event)]
    return ", ".join(part for part in parts if part)


def _short(finding: Finding) -> str:
    if finding.code == "UNKNOWN-DATA":
        return _("facts missing")
    return _("stopped")


def _zone_to_show(decision: Decision) -> ZoneInfo:
    zones = decision.facts.zones
    return ZoneInfo(zones[0] if zones else "UTC")


def _clock(at: datetime | None, seen_from: datetime, zone: ZoneInfo) -> str:
    """The time there, with the weekday when it is not the same day there."""
    if at is None:
        return ""
    local, now = at.astimezone(zone), seen_from.astimezone(zone)
    text = f"{local:%H:%M}"
    return text if local.date() == now.date() else f"{date_format(local, 'D')} {text}"
