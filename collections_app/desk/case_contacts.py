"""How the borrower may be reached now: every channel, every number, and what came of it before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.attempt_log import ResultMark
from collections_app.desk.my_cases import request_for
from collections_app.desk.verdicts import VerdictView, no_number, present
from compliance.gate.facts import Channel, Decision, StopFact
from compliance.gate.services import decide_many
from compliance.rules.permissions import refusal
from loans.borrowers.models import Address, ContactKind, ContactPoint

#: Width of one mark and of the gap after it, and the height of the tallest, in SVG units.
MARK_WIDTH, MARK_GAP, MARK_HEIGHT = 4, 2, 16


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
    """What the gate says now: for calls by number, for the other channels by the best place."""

    calls: dict[UUID, Decision]
    others: dict[Channel, Decision]

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


def ask_gate(case: Case, reach: Reach, at: datetime) -> Answers:
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
    decisions = decide_many(requests)
    calls = decisions[: len(phones)]
    return Answers(
        calls={phone.pk: decision for phone, decision in zip(phones, calls, strict=True)},
        others={
            channel: decision
            for (channel, _pk), decision in zip(others, decisions[len(phones) :], strict=True)
        },
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


def channel_verdicts(answers: Answers) -> list[dict[str, Any]]:
    """SMS, e-mail, visit and letter, each with the gate's answer or why there is none to give."""
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
        rows.append({"icon": icon, "name": names[channel], "verdict": verdict})
    return rows


def call_start(case: Case, reach: Reach, answers: Answers) -> dict[str, str] | None:
    """The number to try first, when one may be called now."""
    best = next((p for p in reach.phones if answers.calls[p.pk].allowed), None)
    if best is None or case.state != CaseState.OPEN:
        return None
    return {
        "href": reverse("desk:start_call", args=[case.pk, best.pk]),
        "masked": best.masked,
    }


def contact_rows(
    case: Case, reach: Reach, answers: Answers, results: dict[UUID, list[ResultMark]]
) -> list[dict[str, Any]]:
    """Phones in the order to try, then e-mails and addresses, each with its past and present."""
    rows = [_number(case, point, answers, results) for point in (*reach.phones, *reach.emails)]
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


def _number(
    case: Case, point: ContactPoint, answers: Answers, results: dict[UUID, list[ResultMark]]
) -> dict[str, Any]:
    decision = answers.calls.get(point.pk)
    may_start = decision is not None and decision.allowed and case.state == CaseState.OPEN
    return {
        "icon": _ICONS[ContactKind(point.kind)],
        "kind_name": point.get_kind_display(),
        "masked": point.masked,
        "note": _note(point),
        "verdict": present(decision) if decision else None,
        "start_href": reverse("desk:start_call", args=[case.pk, point.pk]) if may_start else "",
        "results": _drawn(results.get(point.pk, [])),
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


def _note(point: ContactPoint) -> str:
    parts: list[str] = [str(point.get_place_display())] if point.place else []
    if point.invalid_since:
        parts.append(
            _("invalid since %(day)s") % {"day": date_format(point.invalid_since, _("j M Y"))}
        )
    elif point.verified_on:
        parts.append(_("verified %(day)s") % {"day": date_format(point.verified_on, _("j M Y"))})
    else:
        parts.append(_("not verified"))
    return " · ".join(parts)
