"""How the borrower may be reached now: every channel, every number, and what came of it before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.attempt_log import Past, ResultMark
from collections_app.desk.my_cases import request_for
from collections_app.desk.timeline_events import day_text
from collections_app.desk.verdicts import VerdictView, no_number, present
from compliance.gate.facts import Channel, ContactRequest, Decision, StopFact
from compliance.gate.services import decide_many
from compliance.rules.permissions import refusal
from loans.borrowers.models import Address, ContactKind, ContactPoint

#: Width of one mark and of the gap after it, and the height of the tallest, in SVG units.
MARK_WIDTH, MARK_GAP, MARK_HEIGHT = 4, 2, 16
#: Fewer talks say nothing about when a number is picked up.
LEAST_TALKS = 2


class Reach(NamedTuple):
    """The borrower's numbers and e-mails in the order to try, and current addresses."""

    points: list[ContactPoint]
    addresses: list[Address]

    @property
    def phones(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == ContactKind.PHONE]

    @property
    def emails(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == ContactKind.EMAIL]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the gate says now: for calls by number, for the other channels by the best place.

    `people` are calls to the others on the loan, `loans` calls about the person's other loans.
    """

    calls: dict[UUID, Decision]
    others: dict[Channel, Decision]
    people: dict[UUID, Decision] = field(default_factory=dict)
    loans: dict[UUID, Decision] = field(default_factory=dict)

    @property
    def stops(self) -> tuple[StopFact, ...]:
        """The stops of the person, as the gate saw them."""
        decision = next(iter((*self.calls.values(), *self.others.values())), None)
        return decision.facts.stops if decision else ()

    @property
    def refused(self) -> dict[Channel, datetime]:
        """The channels whose best number or address the person refused, and since when."""
        return {
            channel: said_no.given_at
            for channel, decision in self.others.items()
            if (said_no := refusal(decision.facts, "channel")) is not None
        }


_NOBODY: Final[Mapping[UUID, ContactRequest]] = {}


def ask_gate(
    case: Case,
    reach: Reach,
    at: datetime,
    *,
    people: Mapping[UUID, ContactRequest] = _NOBODY,
    loans: Mapping[UUID, ContactRequest] = _NOBODY,
) -> Answers:
    """Asks about every channel that could be used, in one go; stores nothing."""
    phones, emails = reach.phones, reach.emails
    others: list[tuple[Channel, UUID | None]] = [(Channel.LETTER, None)]
    if phones:
        others.append((Channel.SMS, phones[0].pk))
    if emails:
        others.append((Channel.EMAIL, emails[0].pk))
    if reach.addresses:
        others.append((Channel.VISIT, None))
    requests = [request_for(case, Channel.CALL, phone.pk, at) for phone in phones]
    requests += [request_for(case, channel, pk, at) for channel, pk in others]
    answers = iter(decide_many([*requests, *people.values(), *loans.values()]))
    return Answers(
        calls={phone.pk: next(answers) for phone in phones},
        others={channel: next(answers) for channel, _pk in others},
        people={pk: next(answers) for pk in people},
        loans={pk: next(answers) for pk in loans},
    )


def call_verdict(case: Case, answers: Answers) -> VerdictView:
    """The verdict bar: about the first phone that may be called, else about the first phone."""
    calls = answers.calls
    if not calls:
        return no_number()
    best = next((d for d in calls.values() if d.allowed), next(iter(calls.values())))
    view = present(best, refresh_href=reverse("desk:call_verdict", args=[case.pk]))
    return replace(view, flips_at=_first_flip(answers))


def _first_flip(answers: Answers) -> datetime | None:
    """When the clock next changes something that the bar or the channels below it say."""
    decisions = (*answers.calls.values(), *answers.others.values())
    flips = [decision.closes_at or decision.next_allowed_at for decision in decisions]
    return min((flip for flip in flips if flip is not None), default=None)


#: channel -> its icon; the order in which the page shows them
_OTHERS = {
    Channel.SMS: "message",
    Channel.EMAIL: "mail",
    Channel.VISIT: "place",
    Channel.LETTER: "letter",
}


#: What is written, by the key that begins it.
_WRITTEN = {Channel.SMS: "S", Channel.EMAIL: "E", Channel.LETTER: ""}


def channel_verdicts(case: Case, user: User, answers: Answers) -> list[dict[str, Any]]:
    """SMS, e-mail, visit and letter, each with the gate's answer or why there is none to give.

    What may be written leads to where it is; that page says why, where it may not be sent now.
    """
    may_write = has_right(user, "message.send") and case.state == CaseState.OPEN
    write = reverse("desk:write_message", args=[case.pk])
    names = {
        Channel.SMS: _("SMS"),
        Channel.EMAIL: _("E-mail"),
        Channel.VISIT: _("Visit"),
        Channel.LETTER: _("Letter"),
    }
    missing = {
        Channel.SMS: _("no number"),
        Channel.EMAIL: _("no address"),
        Channel.VISIT: _("no address"),
        Channel.LETTER: "",
    }
    rows = []
    for channel, icon in _OTHERS.items():
        decision = answers.others.get(channel)
        verdict = (
            present(decision)
            if decision
            else VerdictView(state="none", answer="", chip=missing[channel])
        )
        is_written = may_write and channel in _WRITTEN and verdict.state != "none"
        rows.append(
            {
                "icon": icon,
                "name": names[channel],
                "verdict": verdict,
                "href": f"{write}?{urlencode({'channel': channel.value})}" if is_written else "",
                "key": _WRITTEN.get(channel, "") if is_written else "",
            }
        )
    return rows


def call_start(case: Case, reach: Reach, answers: Answers) -> dict[str, Any] | None:
    """The number to try first, when one may be called now."""
    best = next((p for p in reach.phones if answers.calls[p.pk].allowed), None)
    if best is None or case.state != CaseState.OPEN:
        return None
    return {
        "href": reverse("desk:start_call", args=[case.pk, best.pk]),
        "masked": best.masked,
        # Where the telephone system dials, the agent may dial all the same.
        "by_hand": bool(getattr(case, "is_dialled_for", False)),
    }


def contact_rows(case: Case, reach: Reach, answers: Answers, past: Past) -> list[dict[str, Any]]:
    """Phones in the order to try, then e-mails and addresses, each with its past and present."""
    rows = [_number(case, point, answers, past) for point in (*reach.phones, *reach.emails)]
    rows.extend(
        {
            "icon": "place",
            "kind_name": _("address"),
            "masked": address.masked,
            "note": address.get_kind_display(),
            "verdict": None,
            "start_href": "",
            "results": None,
        }
        for address in reach.addresses
    )
    return rows


_ICONS = {ContactKind.PHONE: "phone", ContactKind.EMAIL: "mail"}


def _number(case: Case, point: ContactPoint, answers: Answers, past: Past) -> dict[str, Any]:
    decision = answers.calls.get(point.pk)
    may_start = decision is not None and decision.allowed and case.state == CaseState.OPEN
    return {
        "icon": _ICONS[ContactKind(point.kind)],
        "kind_name": point.get_kind_display(),
        "masked": point.masked,
        "note": _note(point, case, past.talks.get(point.pk, [])),
        "verdict": present(decision) if decision else None,
        "start_href": reverse("desk:start_call", args=[case.pk, point.pk]) if may_start else "",
        "results": _drawn(past.results.get(point.pk, [])),
    }


def _drawn(marks: list[ResultMark]) -> dict[str, Any] | None:
    """The results of a number as bars and as a sentence; nothing where there are none."""
    if not marks:
        return None
    step = MARK_WIDTH + MARK_GAP
    return {
        "bars": [
            {
                "x": index * step,
                "y": MARK_HEIGHT - 4 * (mark.height + 1),
                "height": 4 * (mark.height + 1),
                "reached": mark.height >= 2,
            }
            for index, mark in enumerate(marks)
        ],
        "width": len(marks) * step,
        "text": _("last results, oldest first: %(results)s")
        % {"results": ", ".join(mark.name for mark in marks)},
        "last": marks[-1].name,
    }


def _note(point: ContactPoint, case: Case, talks: list[datetime]) -> str:
    """Where the number is, whether it is the person's, and when they pick it up."""
    parts: list[str] = [str(point.get_place_display())] if point.place else []
    zone = ZoneInfo(next(iter(point.time_zones), case.portfolio.time_zone))
    last_talk = getattr(point, "last_talk_at", None)
    if point.invalid_since:
        parts.append(
            _("invalid since %(day)s") % {"day": date_format(point.invalid_since, _("j M Y"))}
        )
    elif last_talk is not None:
        parts.append(_("talked %(day)s") % {"day": day_text(last_talk.astimezone(zone).date())})
    elif point.verified_on:
        parts.append(_("verified %(day)s") % {"day": date_format(point.verified_on, _("j M Y"))})
    else:
        parts.append(_("not verified"))
    if (hour := best_hour(talks, zone)) is not None:
        parts.append(_("best %(first)02d to %(last)02d") % {"first": hour, "last": (hour + 1) % 24})
    return " · ".join(parts)


def best_hour(talks: list[datetime], zone: ZoneInfo) -> int | None:
    """Returns the hour of the day, where the number is, at which most talks began.

    Of hours with as many talks, that of the latest. None for fewer than two talks: one is chance.
    """
    if len(talks) < LEAST_TALKS:
        return None
    hours = [at.astimezone(zone).hour for at in sorted(talks, reverse=True)]
    # Of equal counts `most_common` gives the one met first, which is the latest.
    return Counter(hours).most_common(1)[0][0]
