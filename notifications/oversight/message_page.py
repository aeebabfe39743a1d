"""One message as a page: its life from plan to receipt, the verdicts behind it, what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from compliance.attempts.models import Verdict
from compliance.oversight.cells import Cell, contracts, name, person, verdict_href
from compliance.oversight.reasons import reasons_of
from core.money.formats import format_money
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message, MessageEvent
from notifications.outbox.reasons import sentence
from notifications.oversight.message_table import MARKS, state_cell

_ICONS: Final = {
    MessageState.WAITING: "clock",
    MessageState.SENDING: "upload",
    MessageState.UNCERTAIN: "warning",
    MessageState.ACCEPTED: "message",
    MessageState.DELIVERED: "check",
    MessageState.UNDELIVERED: "cross",
    MessageState.FAILED: "cross",
    MessageState.SUPPRESSED: "hand",
    MessageState.CANCELLED: "cross",
    MessageState.EXPIRED: "hourglass",
}


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One step of a message's life. `verdict_href` leads to what the gate said then."""

    at: datetime
    icon: str
    mark: str
    state: str
    why: str
    by: Cell
    verdict_href: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is known about a message."""

    label: str
    cell: Cell


def message_context(message: Message, *, may_see_verdicts: bool) -> dict[str, Any]:
    """Returns what the page of a message is given. Three queries beside the message's own."""
    events = list(message.events.order_by("pk"))
    verdict = _verdict(message, events)
    return {
        "message": message,
        "heading": _sentence_case(str(message.get_purpose_display())),
        "state": state_cell(message),
        "person": person(message.party),
        "contracts": contracts(message.loans.all()),
        "portfolio": name(message.portfolio.name),
        "life": [_event(event, may_see_verdicts=may_see_verdicts) for event in events],
        "reasons": reasons_of(verdict) if verdict else [],
        "verdict": verdict,
        "verdict_href": verdict_href(verdict.pk) if verdict and may_see_verdicts else "",
        "planned": _planned(message),
        "sent": _sent(message),
        "has_text": message.body is not None,
        "is_uncertain": message.state == MessageState.UNCERTAIN,
    }


def _verdict(message: Message, events: list[MessageEvent]) -> Verdict | None:
    """What the gate said when it went out, or else the last time it refused."""
    if message.attempt is not None:
        return message.attempt.verdict
    keys = [event.values["verdict"] for event in events if event.values.get("verdict")]
    return Verdict.objects.filter(pk=UUID(keys[-1])).first() if keys else None


def _event(event: MessageEvent, *, may_see_verdicts: bool) -> LifeEvent:
    state = MessageState(event.state)
    key = event.values.get("verdict") if may_see_verdicts else None
    return LifeEvent(
        at=event.at,
        icon=_ICONS[state],
        mark=MARKS.get(state, "waiting"),
        state=str(state.label),
        why=sentence(event.word, event.values),
        by=name(event.by),
        verdict_href=verdict_href(UUID(key)) if key else "",
    )


def _planned(message: Message) -> list[Fact]:
    """What was planned, by whom, about what."""
    batch = message.batch
    amount = message.amount
    return [
        Fact(_("Planned"), Cell(at=message.planned_at, note=message.planned_by)),
        Fact(_("Batch"), _batch(message)),
        Fact(_("Strategy"), Cell(batch.strategy_version if batch else "")),
        Fact(_("Line of the plan"), Cell(message.step)),
        Fact(_("About"), Cell(message.anchor)),
        Fact(_("What was owed"), Cell(_money(message, amount) if amount is not None else "")),
        Fact(_("Due"), Cell(on=message.due_on)),
        Fact(_("To be sent"), Cell(at=message.send_at)),
        Fact(_("Useless after"), Cell(at=message.expires_at)),
    ]


def _batch(message: Message) -> Cell:
    if message.batch is None:
        return Cell()
    href = reverse("messages:batch", args=[message.batch.pk])
    return Cell(message.batch.label, href=href)


def _sent(message: Message) -> list[Fact]:
    """By which way, in which words, through whom, at what cost."""
    version, account = message.version, message.account
    point = message.contact_point or message.address
    price = account.price_currency if account else ""
    return [
        Fact(_("Channel"), Cell(str(message.get_channel_display()))),
        Fact(_("To"), Cell(point.masked, is_masked=True) if point else Cell()),
        Fact(_("Wording"), _wording(message)),
        Fact(_("Language"), Cell(version.language if version else message.language)),
        Fact(_("Account"), name(account.name) if account else Cell()),
        Fact(_("Our reference"), Cell(message.reference)),
        Fact(_("Provider's reference"), Cell(message.provider_ref)),
        Fact(_("Handed over"), Cell(at=message.calling_at)),
        Fact(_("Tries"), Cell(str(message.attempt_count))),
        Fact(_("Parts"), Cell(str(message.parts or ""))),
        Fact(_("Cost"), Cell(f"{message.cost} {price}".strip() if message.cost else "")),
    ]


def _wording(message: Message) -> Cell:
    version = message.version
    note = _("version %(number)s") % {"number": version.version} if version else ""
    return Cell(message.template.name, lang=name(message.template.name).lang, note=note)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _money(message: Message, amount: Any) -> str:
    return format_money(amount, message.portfolio.currency, get_language() or "en")
