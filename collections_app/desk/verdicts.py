"""A decision of the gate as the pages show it: a shape, a sentence and when it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.gate.citations import citation_text
from compliance.gate.facts import AppliedRule, Channel, Counter, Decision, Finding
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


#: channel -> what an allowed and a refused contact is called in the bar
_ANSWERS: dict[str, tuple[Lazy, Lazy]] = {
    Channel.CALL: (gettext_lazy("You may call"), gettext_lazy("Do not call")),
    Channel.SMS: (gettext_lazy("You may send an SMS"), gettext_lazy("Send no SMS")),
    Channel.EMAIL: (gettext_lazy("You may write an e-mail"), gettext_lazy("Write no e-mail")),
    Channel.VISIT: (gettext_lazy("You may visit"), gettext_lazy("Do not visit")),
    Channel.LETTER: (gettext_lazy("You may send a letter"), gettext_lazy("Send no letter")),
}


def present(decision: Decision, *, refresh_href: str = "") -> VerdictView:
    """Puts a decision into words, with times on the person's own clock."""
    zone = _zone_to_show(decision)
    yes, no = _ANSWERS[decision.facts.request.channel]
    if decision.allowed:
        return _allowed(decision, str(yes), zone, refresh_href)
    first = decision.denials[0]
    opens = _clock(decision.next_allowed_at, decision.facts.request.at, zone)
    return VerdictView(
        state="later" if opens else "stopped",
        answer=str(no),
        until=_("opens %(time)s there") % {"time": opens} if opens else "",
        why=" · ".join(_sentence(finding) for finding in decision.denials),
        citation=citation_text(first.citation),
        chip=_("opens %(time)s") % {"time": opens} if opens else _short(first),
        flips_at=decision.next_allowed_at,
        refresh_href=refresh_href,
    )


def _allowed(decision: Decision, answer: str, zone: ZoneInfo, refresh_href: str) -> VerdictView:
    rules = rules_about(decision)
    until = _clock(decision.closes_at, decision.facts.request.at, zone)
    if not rules:
        return VerdictView(
            state="caution",
            answer=answer,
            why=_("No rule on file speaks of it; only stops and refusals were checked."),
            chip=_("no rule on file"),
            refresh_href=refresh_href,
            allows_contact=True,
        )
    return VerdictView(
        state="allowed",
        answer=answer,
        until=_("until %(time)s") % {"time": until} if until else "",
        why=" · ".join(map(_used, decision.used)) or ", ".join(rule.code for rule in rules),
        citation=citation_text(rules[0].citation),
        chip=_("to %(time)s") % {"time": until} if until else _("allowed"),
        flips_at=decision.closes_at,
        refresh_href=refresh_href,
        allows_contact=True,
    )


def _used(counter: Counter) -> str:
    """How much of one limit is used."""
    words = {"used": counter.used, "limit": counter.limit, "days": counter.days}
    if counter.days == 1:
        return _("%(used)s of %(limit)s used today") % words
    return _("%(used)s of %(limit)s used in %(days)s days") % words


def rules_about(decision: Decision) -> list[AppliedRule]:
    """The rules of the packs that speak of the channel that was asked about."""
    channel = decision.facts.request.channel
    return [rule for rule in decision.facts.rules if channel in rule.values.get("channels", ())]


def _sentence(finding: Finding) -> str:
    reason = reason_sentence(finding.reason, finding.values)
    event = event_sentence(finding.event)
    return _("%(reason)s, %(event)s") % {"reason": reason, "event": event} if event else reason


#: reason -> its short form, where "stopped" would say that somebody asked us to stop
_SHORT: dict[str, Lazy] = {
    **dict.fromkeys(
        ("consent_missing", "never_confirmed", "reconfirmation_due"), gettext_lazy("no consent")
    ),
    **dict.fromkeys(("channel_refused", "consent_refused"), gettext_lazy("opted out")),
}


def _short(finding: Finding) -> str:
    if finding.code == "UNKNOWN-DATA":
        return _("facts missing")
    return str(_SHORT.get(finding.reason, _("stopped")))


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
