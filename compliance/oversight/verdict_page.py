"""One verdict as a page: what was asked, what the gate saw, what it said, what became of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from compliance.attempts.models import (
    Attempt,
    AttemptChannel,
    AttemptMode,
    AttemptPurpose,
    Outcome,
    Verdict,
)
from compliance.consents.models import ConsentKind
from compliance.gate.citations import citation_text
from compliance.notices.models import NoticeKind, OrderKind
from compliance.overrides.models import Override
from compliance.oversight.cells import contracts, name, person
from compliance.oversight.measures import Kind
from compliance.oversight.reasons import instant, reasons_of
from compliance.oversight.tables import with_contracts
from compliance.preferences.models import PreferenceKind
from compliance.rulepacks.words import CONTENT
from compliance.stops.models import StopKind
from loans.borrowers.models import ContactPoint
from loans.contracts.models import PartyRole

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Used:
    """How much of one limit was used when the gate was asked."""

    code: str
    used: int
    limit: int
    days: int
    citation: str
    pack: str
    resets_at: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing the gate looked at, in words."""

    label: str
    text: str
    is_alarming: bool = False


def verdict_context(*, verdict: Verdict, user: User) -> dict[str, Any]:
    """Returns what the page of a verdict is given."""
    [verdict] = with_contracts(Kind.VERDICT, [verdict])
    facts: Facts = verdict.facts_seen
    attempt = _attempt_of(verdict)
    return {
        "verdict": verdict,
        "person": person(verdict.party),
        "contracts": contracts(verdict.shown_loans),  # type: ignore[attr-defined]
        "portfolio": name(verdict.portfolio.name),
        "asked": asked_facts(verdict),
        "reasons": reasons_of(verdict),
        "used": used_of(verdict),
        "seen": seen_facts(facts, verdict.at),
        "raw": json.dumps(facts, indent=2, ensure_ascii=False, sort_keys=True),
        "attempt": attempt,
        "outcomes": _outcomes(attempt),
        "override": _override_of(verdict, attempt, user),
    }


def asked_facts(verdict: Verdict) -> list[Seen]:
    """Returns what was asked for: how, why, to which number, for whom."""
    asked: Facts = verdict.facts_seen.get("request", {})
    point_id = asked.get("contact_point_id")
    point = ContactPoint.objects.filter(pk=point_id).first() if point_id else None
    mode, purpose = asked.get("mode", AttemptMode.LIVE), asked.get("purpose", "payment")
    local = _local_time(verdict)
    found = [
        Seen(_("Channel"), str(verdict.get_channel_display())),
        Seen(_("Speaks"), _label(AttemptMode, mode)),
        Seen(_("Purpose"), _label(AttemptPurpose, purpose)),
        Seen(_("Number or address"), point.masked if point else _("none chosen")),
    ]
    if local:
        found.append(Seen(_("Time where the person is"), local))
    if organisation := asked.get("organisation"):
        found.append(Seen(_("Agency"), organisation))
    if content := asked.get("content"):
        found.append(Seen(_("Says"), _words(CONTENT, content)))
    return found


def seen_facts(facts: Facts, at: dt.datetime) -> list[Seen]:
    """Returns the facts the gate saw at an instant, in the order a person would ask for them."""
    found = [
        Seen(_("Role"), _label(PartyRole, facts.get("role", ""))),
        Seen(_("Time zones possible"), ", ".join(facts.get("zones", ())) or _("none known")),
        Seen(_("Rules looked at"), str(len(facts.get("rules", ())))),
        Seen(_("Earlier contacts counted"), _history(facts)),
        *(_stop(stop, at) for stop in facts.get("stops", ())),
    ]
    registers = {
        "preferences": (_("Wishes of the person"), PreferenceKind),
        "permissions": (_("Answers of the person"), ConsentKind),
        "notices": (_("Notices served"), NoticeKind),
        "orders": (_("Orders of courts"), OrderKind),
    }
    for key, (label, kinds) in registers.items():
        if rows := facts.get(key):
            found.append(Seen(label, _words(dict(kinds.choices), [row["kind"] for row in rows])))
    for feed, day in facts.get("stale_feeds", ()):
        text = _("complete through %(day)s only") % {"day": day}
        found.append(Seen(feed, text, is_alarming=True))
    for pack in facts.get("missing_packs", ()):
        found.append(Seen(pack, _("no version in force"), is_alarming=True))
    if places := facts.get("locations"):
        found.append(Seen(_("Places that bring rules in"), ", ".join(places)))
    return found


def _words(known: Mapping[str, Any], codes: Iterable[str]) -> str:
    """Codes as people say them; one that an older release knew stays as it is."""
    return ", ".join(str(known.get(code, code)) for code in codes)


def _history(facts: Facts) -> str:
    if not facts.get("history_known"):
        return _("not known")
    number = len(facts.get("history", ()))
    return ngettext("%(n)d contact", "%(n)d contacts", number) % {"n": number}


def _stop(stop: Facts, at: dt.datetime) -> Seen:
    """A stop that was in force then alarms; one that was over or to come is only named."""
    since, until = instant(stop.get("starts_at")), instant(stop.get("ends_at"))
    text = _label(StopKind, stop["kind"])
    if channel := stop.get("channel"):
        text = f"{text} ({_label(AttemptChannel, channel)})"
    if since is not None:
        text = _("%(kind)s, since %(day)s") % {"kind": text, "day": _day(since)}
    if until is not None:
        text = _("%(stop)s, until %(day)s") % {"stop": text, "day": _day(until)}
    holds = (since is None or since <= at) and (until is None or at < until)
    return Seen(_("Stop"), text, is_alarming=holds)


def _day(at: dt.datetime) -> str:
    """The day on the reader's clock, on which the page shows every other instant."""
    return timezone.localdate(at).isoformat()


def _local_time(verdict: Verdict) -> str:
    zones = verdict.facts_seen.get("zones", ())
    times = {verdict.at.astimezone(ZoneInfo(zone)).strftime("%H:%M") for zone in zones}
    return " · ".join(sorted(times))


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def used_of(verdict: Verdict) -> list[Used]:
    """Returns the limits that were counted, and how much of each was used."""
    return [_used(counter) for counter in verdict.used]


def _used(counter: Facts) -> Used:
    return Used(
        counter["code"],
        counter["used"],
        counter["limit"],
        counter["days"],
        citation_text(counter["citation"]),
        counter["pack"],
        instant(counter.get("resets_at")),
    )


def _attempt_of(verdict: Verdict) -> Attempt | None:
    rows: QuerySet[Attempt] = Attempt.objects.filter(verdict=verdict)
    return rows.prefetch_related("settlements").first()


def _outcomes(attempt: Attempt | None) -> list[dict[str, Any]]:
    """How the contact ended, the first word first; each further one corrects it."""
    if attempt is None:
        return []
    settled = sorted(attempt.settlements.all(), key=lambda row: row.sequence)
    return [
        {
            "name": str(Outcome(row.outcome).label) if row.outcome else _("taken back"),
            "at": row.at,
            "by": name(row.settled_by),
            "is_corrected": row is not settled[-1],
        }
        for row in settled
    ]


def _override_of(verdict: Verdict, attempt: Attempt | None, user: User) -> dict[str, str] | None:
    """The override that let the contact pass, or the one asked for because of this refusal."""
    rows = Override.objects.visible_to(user)
    if attempt is not None and attempt.override_id is not None:
        override, text = rows.filter(pk=attempt.override_id).first(), _("It passed by an override")
    else:
        override, text = rows.filter(verdict=verdict).first(), _("An override was asked for")
    if override is None:
        return None
    return {"text": text, "href": reverse("oversight:override", args=[override.pk])}
