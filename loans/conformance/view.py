"""What this system says at a checkpoint of a conformance case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from loans.conformance.conventions import conventions_of
from loans.conformance.story import Story, known_after
from loans.conformance.telling import story_of
from loans.conformance.terms import NotExpressible
from loans.delinquency.amounts import Component
from loans.delinquency.conventions import Conventions, LateChargeKind
from loans.delinquency.facts import Charge, Fact, Repayment, ScheduleStated
from loans.delinquency.late_charges import assess_late_charges
from loans.delinquency.replay import replay
from loans.delinquency.results import PositionSummary, Replay
from loans.delinquency.summary import summarise

Row = Mapping[str, Any]
_LAST = Decimal(100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Look at the loan on a date, knowing what was known after an event."""

    as_of: date
    after: Decimal
    expected: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The loan at a checkpoint, and the bucket it was last tagged with."""

    case: Row
    story: Story
    conventions: Conventions
    checkpoint: Checkpoint
    replay: Replay
    summary: PositionSummary
    tag: str

    def earlier(self, after: Decimal) -> Replay:
        """The loan as known after an earlier event."""
        return _replay(self.story, self.conventions, self.checkpoint.as_of, after)


class CaseRun:
    """A case translated; looks at any of its checkpoints."""

    def __init__(self, case: Row) -> None:
        self.case = case
        self.conventions = conventions_of(case)
        self.story = story_of(case)
        if self.conventions.late_charges.kind is not LateChargeKind.NONE:
            self._charge_lateness()

    def checkpoints(self) -> list[Checkpoint]:
        """The case's checkpoints; a case without any has one, after everything."""
        listed = self.case.get("checkpoints")
        if not listed:
            listed = [{"as_of": self.case.get("as_of"), "expected": self.case["expected"]}]
        return [self._checkpoint(row) for row in listed]

    def look(self, checkpoint: Checkpoint) -> View:
        """What this system says at a checkpoint."""
        as_of, after = checkpoint.as_of, checkpoint.after
        self.story.require_told(after)
        result = _replay(self.story, self.conventions, as_of, after)
        return View(
            case=self.case,
            story=self.story,
            conventions=self.conventions,
            checkpoint=checkpoint,
            replay=result,
            summary=summarise(replay=result, as_of=as_of, conventions=self.conventions),
            tag=self._tag(after),
        )

    def _checkpoint(self, row: Row) -> Checkpoint:
        as_of = row.get("as_of")
        if as_of and len(as_of) != len("2026-01-31"):
            raise NotExpressible(f"a checkpoint at '{as_of}' is no date")
        after = row.get("after_seq")
        return Checkpoint(
            as_of=date.fromisoformat(as_of) if as_of else self._last_day(),
            after=_LAST if after is None else Decimal(str(after)) + Decimal("0.9"),
            expected=row["expected"],
        )

    def _last_day(self) -> date:
        return max((fact.value_on for fact in self.story.facts), default=date(2000, 1, 1))

    def _tag(self, after: Decimal) -> str:
        """The bucket of the last tagging: at money events, and at the end of days without a pause.

        The sources keep the tag between runs; here it is derived, so their runs are imitated.
        """
        tag = self.conventions.buckets[0].code if self.conventions.buckets else ""
        for seq, on, is_end_of_day in self.story.looks:
            if seq > after:
                break
            result = _replay(self.story, self.conventions, on, seq)
            if is_end_of_day and any(p.starts_on <= on <= p.ends_on for p in result.pauses):
                continue
            tag = summarise(replay=result, as_of=on, conventions=self.conventions).bucket_code
        return tag

    def _charge_lateness(self) -> None:
        """Post what the late-charge policy earns, before each repayment and on the last day."""
        money = [fact for fact in self.story.facts if isinstance(fact, Repayment)]
        for fact in money:
            self._post_late_charges(fact.value_on, order=fact.order - 1)
        as_of = self.case.get("as_of")
        if as_of and not any(fact.value_on == date.fromisoformat(as_of) for fact in money):
            self._post_late_charges(date.fromisoformat(as_of), order=int(_LAST))

    def _post_late_charges(self, on: date, *, order: int) -> None:
        before = [f for f in self.story.facts if (f.value_on, f.order) < (on, order)]
        result = replay(facts=before, conventions=self.conventions, as_of=on)
        charged = {c.instalment: c.amount for c in result.charges}
        policy = self.conventions.late_charges
        for late in assess_late_charges(replay=result, policy=policy, on=on):
            self.story.facts.append(
                Charge(
                    id=("late_charge", len(self.story.facts)),
                    value_on=on,
                    known_at=known_after(Decimal(0)),
                    order=order,
                    component=Component.PENALTY,
                    amount=late.amount - charged.get(late.instalment, Decimal(0)),
                    due_on=on,
                    instalment=late.instalment,
                )
            )


def _replay(story: Story, conventions: Conventions, as_of: date, after: Decimal) -> Replay:
    facts: list[Fact] = story.facts
    if story.withdrawn_after is not None and story.withdrawn_after <= after:
        facts = [fact for fact in facts if isinstance(fact, ScheduleStated)]
    return replay(facts=facts, conventions=conventions, as_of=as_of, known_at=known_after(after))
