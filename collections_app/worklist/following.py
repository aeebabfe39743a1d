"""The facts that make, end or call into question work items. Each call takes one batch."""

from __future__ import annotations

from collections.abc import Sequence

from collections_app.cases.models import Case, CaseEvent, CaseEventKind
from collections_app.worklist.lease_rows import end_where_nothing_is_left
from collections_app.worklist.services import call_into_question, end_work_items, make_work_items
from compliance.attempts.models import Attempt, AttemptLoan, Settlement
from compliance.consents.models import Consent
from compliance.registers.models import RegisterChange
from core.facts.services import consume

#: What changes whether there is something to work on; who holds a case changes nothing.
_LIFE = frozenset({CaseEventKind.OPENED, CaseEventKind.CURED, CaseEventKind.CLOSED})


def follow_cases() -> int:
    """Opened and ended cases: money ends a case at once, and with the last one its work item."""
    return consume(consumer="worklist.cases", model=CaseEvent, handler=_cases)


def follow_attempts() -> int:
    """Contacts reserved or recorded: each may have used a limit up."""
    return consume(consumer="worklist.attempts", model=Attempt, handler=_attempts)


def follow_settlements() -> int:
    """How contacts ended: what counts depends on it."""
    return consume(consumer="worklist.settlements", model=Settlement, handler=_settlements)


def follow_consents() -> int:
    """Answers to a way of contact."""
    return consume(consumer="worklist.consents", model=Consent, handler=_consents)


def follow_registers() -> int:
    """Stops, wishes, notices and orders, of a person, a loan or a portfolio."""
    return consume(consumer="worklist.registers", model=RegisterChange, handler=_registers)


def _cases(events: Sequence[CaseEvent]) -> None:
    touched = [event.case_id for event in events if event.kind in _LIFE]
    people = set(Case.objects.filter(pk__in=touched).values_list("borrower_id", flat=True))
    if people:
        make_work_items(people=people)
        end_work_items(people=people)
        end_where_nothing_is_left(people)
        call_into_question(people=people)


def _attempts(attempts: Sequence[Attempt]) -> None:
    # A debt's limits count whoever of its people was contacted.
    loans = AttemptLoan.objects.filter(attempt__in=[attempt.pk for attempt in attempts])
    call_into_question(
        people={attempt.party_id for attempt in attempts},
        loans=set(loans.values_list("loan_id", flat=True)),
    )


def _settlements(settlements: Sequence[Settlement]) -> None:
    ids = {settlement.attempt_id for settlement in settlements}
    _attempts(list(Attempt.objects.filter(pk__in=ids).only("pk", "party_id")))


def _consents(consents: Sequence[Consent]) -> None:
    call_into_question(people={consent.party_id for consent in consents})


def _registers(changes: Sequence[RegisterChange]) -> None:
    call_into_question(
        people={change.party_id for change in changes if change.party_id is not None},
        loans={change.loan_id for change in changes if change.loan_id is not None},
        portfolios={change.portfolio_id for change in changes if change.portfolio_id is not None},
    )
