"""Running loan scenarios, whose figures other systems assert, through contracts and delinquency."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction

from loans.conformance.checks import compare
from loans.conformance.events import RefusedEvent
from loans.conformance.telling import drawings
from loans.conformance.terms import NotExpressible
from loans.conformance.values import differ
from loans.conformance.view import CaseRun, View
from loans.portfolios.refusals import Refused

Row = Mapping[str, Any]
_MALFORMED = (KeyError, ValueError, TypeError, IndexError, AttributeError, ArithmeticError)
_COMPARED = {"due": "due_on", "principal": "principal", "interest": "interest", "total": "total"}


class UnreadableCases(ValueError):
    """The file is not one of loan scenarios; the message says what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One scenario: passed when it was expressed and nothing differs."""

    id: str
    tier: str
    source: str
    mismatches: tuple[str, ...] = ()
    skipped: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What is printed about it."""
        if self.skipped:
            return (f"SKIP {self.id}: {self.skipped}",)
        return tuple(f"FAIL {self.id}: {mismatch}" for mismatch in self.mismatches)


def run(path: Path) -> Iterator[CaseResult]:
    """Run every scenario of a file, each in a transaction that is rolled back.

    Raises UnreadableCases when the file is not a list of scenarios.
    """
    for case in read_cases(path):
        yield run_case(case)


def read_cases(path: Path) -> list[Row]:
    """The scenarios of a file, money as decimals."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableCases(f"{path} cannot be read as JSON: {error}") from error
    cases = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(cases, list) or not all(isinstance(c, dict) and "id" in c for c in cases):
        raise UnreadableCases(f"{path} holds no list 'cases' of scenarios with an 'id'")
    return cases


def run_case(case: Row) -> CaseResult:
    """Run one scenario through the services, on books that are rolled back afterwards."""
    case_id = str(case["id"])
    result = CaseResult(
        id=case_id, tier=str(case.get("tier", "")), source=case_id.split("-", maxsplit=1)[0]
    )
    try:
        with transaction.atomic():
            mismatches = tuple(_mismatches(_tell(case)))
            transaction.set_rollback(True)
    except NotExpressible as error:
        return replace(result, skipped=error.reason)
    except (Refused, RefusedEvent) as error:
        return replace(result, mismatches=(str(error),))
    except (*_MALFORMED, DatabaseError) as error:
        return replace(result, mismatches=(f"{type(error).__name__}: {error}",))
    return replace(result, mismatches=mismatches)


def _tell(case: Row) -> CaseRun:
    try:
        return CaseRun(case)
    except Refused:
        raise
    except _MALFORMED as error:
        reason = f"not in the form that is read here ({type(error).__name__}: {error})"
        raise NotExpressible(reason) from error


def _mismatches(told: CaseRun) -> Iterator[str]:
    if not any(checkpoint.expected for checkpoint in told.checkpoints):
        raise NotExpressible("the case expects no figure")
    is_contract_judged = False
    for checkpoint in told.checkpoints:
        view = told.look(checkpoint)
        if told.books.loan is not None and not is_contract_judged:
            yield from _schedule_mismatches(view)
            is_contract_judged = True
        if view.summary.as_of and told.books.loan and told.books.position().is_set_aside:
            yield f"{checkpoint.as_of}: {told.books.position().error}"
        for mismatch in compare(view):
            yield f"{checkpoint.as_of}: {mismatch}"
    for seq in sorted(told.books.wrongly_accepted):
        yield f"event {seq} is accepted, and the source refuses it"


def _schedule_mismatches(view: View) -> Iterator[str]:
    """The schedule stored with the contract, beside the rows the case states."""
    if drawings(view.case):
        return
    made = {row.number: row for row in view.contracted}
    unit = Decimal(1) if "rounded to whole units" in str(view.case.get("conventions")) else None
    for row in view.case.get("schedule") or ():
        instalment = made.get(row["nr"])
        if instalment is None:
            yield f"schedule: instalment {row['nr']} is not made"
            continue
        for key in row.keys() & _COMPARED.keys():
            value = getattr(instalment, _COMPARED[key])
            if key == "due":
                value = value.isoformat()
            elif unit is not None:
                value = value.quantize(unit)
            yield from differ(f"schedule: instalment {row['nr']} {key}", value, row[key])
