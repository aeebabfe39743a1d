"""Keeping work items and their hints: made with cases, called into question by facts, refreshed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from collections_app.worklist.hints import Hint, hint_of
from collections_app.worklist.models import GatheredGround, WorkItem
from collections_app.worklist.queries import grounds, requests_for
from compliance.gate.facts import Decision
from compliance.gate.services import decide_many
from core import clock

#: People asked about at a time: large enough that queries cost little each, small enough that a
#: fact never waits long for the rows.
BATCH: Final = 500

_MAKE: Final = """
INSERT INTO collections_app_workitem (party_id, portfolio_id)
SELECT DISTINCT borrower_id, portfolio_id FROM collections_app_case
WHERE state = 'open' {narrowed}
ON CONFLICT (party_id, portfolio_id) DO NOTHING
"""
_END: Final = """
DELETE FROM collections_app_workitem AS item
WHERE item.party_id = ANY(%(people)s::uuid[]) AND NOT EXISTS (
    SELECT FROM collections_app_case AS open_case
    WHERE open_case.state = 'open' AND open_case.borrower_id = item.party_id
      AND open_case.portfolio_id = item.portfolio_id
)
"""
#: In the order of their ids, so that two who call the same people into question never deadlock.
_QUESTION: Final = """
WITH meant AS (
    SELECT id FROM collections_app_workitem
    WHERE party_id = ANY(%(people)s::uuid[]) AND look_at > %(now)s
    UNION
    SELECT item.id FROM collections_app_case AS open_case
    JOIN collections_app_workitem AS item
      ON item.party_id = open_case.borrower_id AND item.portfolio_id = open_case.portfolio_id
    WHERE open_case.state = 'open' AND open_case.loan_id = ANY(%(loans)s::uuid[])
      AND item.look_at > %(now)s
    UNION
    SELECT id FROM collections_app_workitem
    WHERE portfolio_id = ANY(%(portfolios)s::uuid[]) AND look_at > %(now)s
), held AS (
    SELECT id FROM collections_app_workitem
    WHERE id IN (SELECT id FROM meant) ORDER BY id FOR NO KEY UPDATE
)
UPDATE collections_app_workitem AS item SET look_at = %(now)s
FROM held WHERE item.id = held.id
"""
_WRITE: Final = """
UPDATE collections_app_workitem AS item
SET workable_from = fresh.workable_from, workable_until = fresh.workable_until,
    look_at = fresh.look_at, refreshed_at = %(now)s
FROM unnest(
    %(ids)s::bigint[], %(from)s::timestamptz[], %(until)s::timestamptz[], %(look)s::timestamptz[]
) AS fresh (id, workable_from, workable_until, look_at)
WHERE item.id = fresh.id
"""


def make_work_items(*, people: Collection[UUID] | None = None) -> int:
    """Makes the work items that open cases lack; of everybody when no people are named."""
    narrowed = "" if people is None else "AND borrower_id = ANY(%(people)s::uuid[])"
    return _execute(_MAKE.format(narrowed=narrowed), {"people": list(people or ())})


def end_work_items(*, people: Collection[UUID]) -> int:
    """Removes the work items of people without an open case left; hints are no history."""
    return _execute(_END, {"people": list(people)})


def call_into_question(
    *,
    people: Collection[UUID] = (),
    loans: Collection[UUID] = (),
    portfolios: Collection[UUID] = (),
) -> int:
    """Has the hints of people, of the people behind loans, or of portfolios worked out again."""
    wanted = {
        "people": list(people),
        "loans": list(loans),
        "portfolios": list(portfolios),
        "now": clock.now(),
    }
    return _execute(_QUESTION, wanted)


def refresh_workable(*, people: Collection[UUID], at: datetime | None = None) -> int:
    """Works out the hints of some people now, in batches. Returns how many were written."""
    wanted = sorted(people)
    return sum(
        _refresh_batch(
            WorkItem.objects.filter(party__in=wanted[start : start + BATCH]), at or clock.now()
        )[1]
        for start in range(0, len(wanted), BATCH)
    )


def refresh_due(*, at: datetime | None = None) -> int:
    """Works out one batch of hints that are due. Returns how many were due, 0 when none is left.

    Rows that somebody else works on are passed over.
    """
    now = at or clock.now()
    return _refresh_batch(WorkItem.objects.filter(look_at__lte=now).order_by("look_at"), now)[0]


def correct_hint(*, item: WorkItem, decisions: list[Decision], at: datetime) -> None:
    """Writes what the gate has just said of a person over a hint that said otherwise.

    The caller holds the item's row and has asked about everything that `requests_for` names.
    """
    _write([(item, _hint(item, decisions, at))], at)


@transaction.atomic
def question_changed_grounds() -> list[UUID]:
    """Calls into question all hints of the portfolios whose ground changed since it was seen."""
    seen = dict(
        GatheredGround.objects.select_for_update().values_list("portfolio_id", "fingerprint")
    )
    changed = {pk: text for pk, text in grounds().items() if seen.get(pk) != text}
    call_into_question(portfolios=changed)
    GatheredGround.objects.bulk_create(
        [GatheredGround(portfolio_id=pk, fingerprint=text) for pk, text in changed.items()],
        update_conflicts=True,
        unique_fields=["portfolio"],
        update_fields=["fingerprint", "seen_at"],
    )
    return sorted(changed)


@transaction.atomic
def _refresh_batch(items: QuerySet[WorkItem], now: datetime) -> tuple[int, int]:
    """Locks a batch, asks the gate and writes what changed: (how many there were, were written).

    A fact that lands meanwhile waits for the rows and calls them into question after.
    """
    held = list(items.select_for_update(skip_locked=True, no_key=True)[:BATCH])
    if not held:
        return 0, 0
    asked = requests_for(held, at=now)
    answers: dict[tuple[UUID, UUID], list[Decision]] = defaultdict(list)
    decisions = decide_many([request for _whose, request in asked])
    for (whose, _request), decision in zip(asked, decisions, strict=True):
        answers[whose].append(decision)
    fresh = [(item, _hint(item, answers[item.party_id, item.portfolio_id], now)) for item in held]
    return len(held), _write(fresh, now)


def _hint(item: WorkItem, decisions: list[Decision], now: datetime) -> Hint:
    return hint_of(decisions=decisions, at=now, before=_of(item))


def _of(item: WorkItem) -> tuple[datetime | None, datetime | None]:
    return item.workable_from, item.workable_until


def _write(fresh: Iterable[tuple[WorkItem, Hint]], now: datetime) -> int:
    changed = [(item.pk, hint) for item, hint in fresh if hint != (*_of(item), item.look_at)]
    if not changed:
        return 0
    return _execute(
        _WRITE,
        {
            "ids": [pk for pk, _hint in changed],
            "from": [hint.workable_from for _pk, hint in changed],
            "until": [hint.workable_until for _pk, hint in changed],
            "look": [hint.look_at for _pk, hint in changed],
            "now": now,
        },
    )


def _execute(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
