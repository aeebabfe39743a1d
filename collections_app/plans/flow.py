"""The life of a plan, and what the payments of its instalments say of it. Pure.

Each instalment is judged as a promise is (`promises.flow.judge`); this module only sums that up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.promises.flow import NOT_KEPT, PromiseState


class PlanKind(models.TextChoices):
    """An arrangement changes how we collect; everything else modifies the contract."""

    ARRANGEMENT = "arrangement", _("instalment arrangement")
    DEFERRAL = "deferral", _("deferral")
    EXTENSION = "extension", _("extension")
    WAIVER = "waiver", _("waiver of late charges")
    SETTLEMENT = "settlement", pgettext_lazy("plan", "settlement")


class PlanState(models.TextChoices):
    PROPOSED = "proposed", _("waits for a decision")
    ACTIVE = "active", _("in force")
    WAITING_FEED = "waiting_feed", _("waits for the lender's feed")
    APPLIED = "applied", _("applied to the contract")
    COMPLETED = "completed", _("kept to the end")
    BROKEN = "broken", _("broken")
    CANCELLED = "cancelled", _("cancelled")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("taken back before a decision")
    LAPSED = "lapsed", _("not decided in time")


#: Kinds that change what the contract says: only by a fact in the books, after a second person.
MODIFICATIONS: Final = frozenset(
    {PlanKind.DEFERRAL, PlanKind.EXTENSION, PlanKind.WAIVER, PlanKind.SETTLEMENT}
)
#: Kinds that money is awaited for.
PAID: Final = frozenset({PlanKind.ARRANGEMENT, PlanKind.SETTLEMENT})
#: Kinds that move due dates; how often that may be is limited.
MOVING: Final = frozenset({PlanKind.DEFERRAL, PlanKind.EXTENSION})

#: A loan has at most one plan in these states.
LIVE: Final = frozenset({PlanState.PROPOSED, PlanState.ACTIVE, PlanState.WAITING_FEED})
#: States in which something was agreed: what counts as granted within twelve months.
GRANTED: Final = frozenset(
    {
        PlanState.ACTIVE,
        PlanState.WAITING_FEED,
        PlanState.APPLIED,
        PlanState.COMPLETED,
        PlanState.BROKEN,
    }
)

_S = PlanState
TRANSITIONS: Final[tuple[tuple[PlanState, PlanState], ...]] = (
    (_S.PROPOSED, _S.ACTIVE),
    (_S.PROPOSED, _S.WAITING_FEED),
    (_S.PROPOSED, _S.APPLIED),
    (_S.PROPOSED, _S.REFUSED),
    (_S.PROPOSED, _S.WITHDRAWN),
    (_S.PROPOSED, _S.LAPSED),
    (_S.ACTIVE, _S.COMPLETED),
    (_S.ACTIVE, _S.BROKEN),
    (_S.ACTIVE, _S.CANCELLED),
    # A settlement that was paid waits until the lender's own books say so.
    (_S.ACTIVE, _S.WAITING_FEED),
    (_S.WAITING_FEED, _S.APPLIED),
    (_S.WAITING_FEED, _S.COMPLETED),
    (_S.WAITING_FEED, _S.CANCELLED),
    # Money that was returned, or booked late with the day on which it came, judges anew.
    (_S.WAITING_FEED, _S.ACTIVE),
    (_S.WAITING_FEED, _S.BROKEN),
    (_S.COMPLETED, _S.ACTIVE),
    (_S.COMPLETED, _S.BROKEN),
    (_S.BROKEN, _S.ACTIVE),
    (_S.BROKEN, _S.COMPLETED),
)


def may_become(state: str, other: str) -> bool:
    """Says whether the table leads from one state to the other."""
    return (PlanState(state), PlanState(other)) in TRANSITIONS


def state_by_money(instalments: Iterable[str]) -> PlanState:
    """Returns how a plan stands by the states of its instalments, judged from money.

    One that was not kept, wholly or in part, breaks the plan; all kept complete it. An instalment
    that was taken back when the plan broke asks for nothing and keeps nothing.
    """
    states = {PromiseState(state) for state in instalments}
    if states & NOT_KEPT:
        return PlanState.BROKEN
    return PlanState.COMPLETED if states == {PromiseState.KEPT} else PlanState.ACTIVE


def is_early(*, last_due_on: date, completed_on: date) -> bool:
    """Says whether everything was paid before the day of the last instalment."""
    return completed_on < last_due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the lender's books must say before a modification counts as made there."""

    kind: PlanKind
    oldest_before: date | None = None
    last_due_on: date | None = None
    arrears_at_most: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one fact of the lender's feed says, as far as a modification shows in it."""

    due_dates: Sequence[date] = ()
    oldest_unpaid_due_on: date | None = None
    says_position: bool = False
    arrears: Decimal | None = None
    payoff: Decimal | None = None
    is_written_off: bool = False


def confirms(expected: Expected, said: Said) -> bool:
    """Says whether a fact of the lender's feed shows that the modification was made there.

    Moved dates: a schedule that reaches the agreed last day, or a position whose oldest unpaid
    instalment is younger than the one that was unpaid when it was agreed, or none. Waiver: arrears
    of at most what was left. Settlement: nothing to pay any more, or the rest written off.
    """
    if expected.kind in MOVING:
        if said.due_dates:
            last = expected.last_due_on
            return last is not None and max(said.due_dates) >= last
        if not said.says_position or expected.oldest_before is None:
            return False
        oldest = said.oldest_unpaid_due_on
        return oldest is None or oldest > expected.oldest_before
    if expected.kind == PlanKind.WAIVER:
        most = expected.arrears_at_most
        return said.arrears is not None and most is not None and said.arrears <= most
    return said.payoff == 0 or said.is_written_off
