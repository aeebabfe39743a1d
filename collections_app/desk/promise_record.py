"""What a person promised and whether the money came, over all their loans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.promises.asking import waiting_for
from collections_app.promises.flow import JUDGED, NOTHING, PromiseState
from collections_app.promises.records import record_of_taker
from loans.borrowers.presentation import lang_of

#: How many of the last judged promises are drawn one by one.
SHOWN = 6

#: state of a promise -> the mark that shows it
PROMISE_MARKS = {
    PromiseState.OPEN: "waiting",
    PromiseState.KEPT: "done",
    PromiseState.PARTIAL: "uncertain",
    PromiseState.BROKEN: "failed",
    PromiseState.CANCELLED: "waiting",
}


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A promise as the pages show it."""

    pk: str
    amount: Decimal
    due_on: date
    made_at: datetime
    state: str
    taken_by: str
    deadline_on: date | None = None
    received_amount: Decimal = NOTHING
    pending_amount: Decimal = NOTHING
    is_awaiting: bool = False
    is_answered: bool = False
    stays_in_rate: bool = False
    is_instalment: bool = False
    method: str = ""
    taken_by_id: str = ""

    @property
    def mark(self) -> str:
        return PROMISE_MARKS[PromiseState(self.state)]

    @property
    def state_name(self) -> str:
        if self.is_awaiting:
            return _("awaiting settlement")
        return str(PromiseState(self.state).label)


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """Kept of judged; cancelled and open ones are in neither. `last` runs oldest first."""

    kept: int
    judged: int
    last: tuple[PromiseFact, ...]
    open: PromiseFact | None


def promise_facts(rows: list[dict[str, Any]]) -> list[PromiseFact]:
    """Reads the promises a loan was read with, the latest first."""
    return [
        PromiseFact(
            pk=row["pk"],
            amount=Decimal(row["amount"]),
            due_on=date.fromisoformat(row["due_on"]),
            made_at=datetime.fromisoformat(row["made_at"]),
            state=row["state"],
            taken_by=row["taken_by"],
            deadline_on=date.fromisoformat(row["deadline_on"]) if row["deadline_on"] else None,
            received_amount=Decimal(row["received"]),
            pending_amount=Decimal(row["pending"]),
            is_awaiting=row["is_awaiting"],
            is_answered=row["is_answered"],
            stays_in_rate=row["stays_in_rate"],
            is_instalment=row["is_instalment"],
            method=row["method"],
            taken_by_id=row["taken_by_id"],
        )
        for row in rows
    ]


def promise_record(promises: list[PromiseFact], on_this_loan: list[PromiseFact]) -> PromiseRecord:
    """Kept rate over all loans of the person; the open promise is that of the loan at hand."""
    judged = sorted((p for p in promises if p.state in JUDGED), key=lambda p: p.due_on)
    still_open = [p for p in on_this_loan if p.state == PromiseState.OPEN]
    return PromiseRecord(
        kept=sum(p.state == PromiseState.KEPT for p in judged),
        judged=len(judged),
        last=tuple(judged[-SHOWN:]),
        open=min(still_open, key=lambda p: p.due_on, default=None),
    )


def taker_context(record: PromiseRecord, user: User) -> dict[str, Any]:
    """Returns `promise_taker`: who took the open promise, with what came of all they took.

    None without an open one. One query, none for a promise that came with a file.
    """
    promise = record.open
    if promise is None:
        return {"promise_taker": None}
    kept, judged = (
        record_of_taker(promise.taken_by_id, user=user) if promise.taken_by_id else (0, 0)
    )
    return {
        "promise_taker": {
            "name": promise.taken_by,
            "lang": lang_of(promise.taken_by),
            "kept": kept,
            "judged": judged,
        }
    }


def promise_links(
    case: Case, record: PromiseRecord, user: User, *, may_wait: bool = True
) -> dict[str, str]:
    """Returns where a promise is taken, and the open one taken back; empty for who may not.

    While one beyond the limit waits for a second person, its page stands instead of a new one.
    `may_wait` is False where the page has read already that nothing waits.
    """
    links = {"cancel_promise_href": "", "take_promise_href": "", "asked_promise_href": ""}
    in_plan = record.open is not None and record.open.is_instalment
    if record.open is not None and not in_plan and has_right(user, "promise.cancel"):
        links["cancel_promise_href"] = reverse(
            "desk:cancel_promise", args=[case.pk, record.open.pk]
        )
    # An instalment stands and ends with its plan, and nothing is promised beside one.
    if in_plan or case.state != CaseState.OPEN or not has_right(user, "promise.view"):
        return links
    if may_wait and (waiting := waiting_for(case)) is not None:
        links["asked_promise_href"] = reverse("desk:asked_promise", args=[waiting.pk])
    elif has_right(user, "promise.add"):
        links["take_promise_href"] = reverse("desk:take_promise", args=[case.pk])
    return links
