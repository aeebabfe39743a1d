"""Running contact and deadline scenarios, whose answers are known, through the gate and clocks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from compliance.conformance.asking import request_of, tell_contacts
from compliance.conformance.circumstances import tell_circumstances
from compliance.conformance.deadlines import answers_of, prepare_calendars
from compliance.conformance.reading import NotExpressible, Row, instant_of
from compliance.conformance.stage import CLERK, build_stage
from compliance.gate.facts import Decision
from compliance.gate.services import decide
from compliance.rulepacks.models import RulePack
from compliance.rulepacks.services import install_pack
from compliance.rulepacks.standard import standard_documents
from core import clock
from loans.portfolios.refusals import Refused

_MALFORMED = (KeyError, ValueError, TypeError, IndexError, AttributeError)


class UnreadableCases(ValueError):
    """The file is not one of contact scenarios; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One scenario: passed when it was expressed and nothing differs."""

    id: str
    mismatches: tuple[str, ...] = ()
    #: Why the scenario could not be told; nothing where it was.
    skipped: str | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """What is printed about it."""
        if self.skipped:
            return (f"SKIP {self.id}: {self.skipped}",)
        return tuple(f"FAIL {self.id}: {mismatch}" for mismatch in self.mismatches)


def run(path: Path) -> Iterator[CaseResult]:
    """Run every scenario of a file against the rule packs that are published, storing nothing.

    A standard pack that nobody published yet is taken as it comes with the product. Raises
    UnreadableCases when the file does not hold scenarios.
    """
    contacts, deadlines = read_cases(path)
    with transaction.atomic():
        _publish_missing_packs()
        prepare_calendars(deadlines)
        for case in contacts:
            yield run_contact(case)
        for case in deadlines:
            yield run_deadline(case)
        transaction.set_rollback(True)


def read_cases(path: Path) -> tuple[list[Row], list[Row]]:
    """The contact and the deadline scenarios of a file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableCases(f"{path} cannot be read as JSON: {error}") from error
    lists = [content.get(key) for key in ("cases", "deadline_cases")] if _is_row(content) else []
    if not any(lists) or not all(_is_list_of_cases(found or []) for found in lists):
        raise UnreadableCases(
            f"{path} holds no list 'cases' or 'deadline_cases' of scenarios with an 'id'"
        )
    return lists[0] or [], lists[1] or []


def run_contact(case: Row) -> CaseResult:
    """Ask the gate one scenario's question at its own time, on books that are rolled back."""

    def mismatches() -> Iterator[str]:
        with clock.held_at(instant_of(case["proposed"]["at"])):
            stage = build_stage(case)
            tell_circumstances(stage)
            tell_contacts(stage)
            decision = decide(request_of(stage))
        return differences(decision, case["expected"])

    return _judged(case, mismatches)


def run_deadline(case: Row) -> CaseResult:
    """Ask the clock of one deadline scenario."""
    return _judged(case, lambda: _missed(answers_of(case), case["expected"]))


def differences(decision: Decision, expected: Row) -> Iterator[str]:
    """What the gate answered otherwise than a scenario expects."""
    codes = [found.code for found in decision.denials]
    said = ", ".join(dict.fromkeys(codes)) or "nothing"
    if decision.allowed != expected["allowed"]:
        answer = "is allowed" if decision.allowed else f"is denied by {said}"
        yield f"{answer}, expected {'allowed' if expected['allowed'] else 'denied'}"
        return
    if not decision.allowed and expected["rule"] not in codes:
        yield f"is denied by {said}, expected {expected['rule']}"
    wanted = expected.get("next_allowed_at")
    if decision.next_allowed_at != (instant_of(wanted) if wanted else None):
        yield f"is next allowed at {_told(decision.next_allowed_at, wanted)}, expected {wanted}"
    if expected.get("release_event") and not decision.release_events:
        yield f"waits for no event, expected: {expected['release_event']}"


def _judged(case: Row, mismatches: Any) -> CaseResult:
    case_id = str(case["id"])
    try:
        with transaction.atomic():
            found = tuple(mismatches())
            transaction.set_rollback(True)
    except NotExpressible as error:
        return CaseResult(case_id, skipped=error.reason)
    except ValidationError as error:
        return CaseResult(case_id, mismatches=tuple(error.messages))
    except (Refused, DatabaseError, *_MALFORMED) as error:
        return CaseResult(case_id, mismatches=(f"{type(error).__name__}: {error}",))
    return CaseResult(case_id, mismatches=found)


def _missed(answers: Mapping[str, Any], expected: Row) -> Iterator[str]:
    strangers = sorted(set(expected) - set(answers))
    if strangers:
        raise NotExpressible(f"the clock does not answer {', '.join(strangers)}")
    for name, wanted in expected.items():
        if not _agrees(answers[name], wanted):
            yield f"{name} is {answers[name]}, expected {wanted}"


def _agrees(answer: object, wanted: Any) -> bool:
    if isinstance(answer, datetime):
        return answer == instant_of(wanted)
    if isinstance(answer, date):
        return answer.isoformat() == str(wanted)
    return bool(answer == wanted)


def _told(instant: datetime | None, wanted: str | None) -> str:
    """An instant on the wall clock of the one expected, where there is one."""
    if instant is None:
        return "no known instant"
    return (instant.astimezone(instant_of(wanted).tzinfo) if wanted else instant).isoformat()


def _publish_missing_packs() -> None:
    published = set(RulePack.objects.values_list("code", flat=True))
    for code, document in standard_documents().items():
        if code not in published:
            install_pack(document=document, by=CLERK)


def _is_row(value: Any) -> bool:
    return isinstance(value, dict)


def _is_list_of_cases(value: Any) -> bool:
    return isinstance(value, list) and all(_is_row(case) and "id" in case for case in value)
