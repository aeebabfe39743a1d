"""Bucket history: writes the stays that replay derived, superseding those that were wrong."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from core.facts.copying import NULL, copy_cell, copy_lines
from loans.delinquency.models import BucketStay
from loans.delinquency.projection import Stay

StoredStay = tuple[int, Stay]


@dataclass(slots=True)
class StayChanges:
    """What to do to the bucket history of some loans."""

    superseded: list[int] = field(default_factory=list)
    ended: list[tuple[int, dt.date]] = field(default_factory=list)
    begun: list[tuple[UUID, Stay]] = field(default_factory=list)


def stored_stays(loan_ids: Collection[UUID]) -> dict[UUID, list[StoredStay]]:
    """Returns the bucket stays of the loans that stand, in order of time; one query."""
    stays: dict[UUID, list[StoredStay]] = defaultdict(list)
    rows = (
        BucketStay.objects.filter(loan__in=loan_ids, superseded_at__isnull=True)
        .order_by("loan_id", "entered_on")
        .values_list("loan_id", "id", "bucket", "entered_on", "left_on")
    )
    for loan_id, pk, bucket, entered_on, left_on in rows:
        stays[loan_id].append((pk, (bucket, entered_on, left_on)))
    return stays


def compare_stays(
    changes: StayChanges, *, loan_id: UUID, stored: Sequence[StoredStay], wanted: Sequence[Stay]
) -> None:
    """Adds to `changes` what brings the stored stays of a loan to the wanted ones.

    The end of a stay that was still open is filled in; any other difference supersedes the row, so
    that what was once reported can still be read.
    """
    missing = {stay[1]: stay for stay in wanted}
    for pk, (bucket, entered_on, left_on) in stored:
        stay = missing.get(entered_on)
        if stay is None or stay[0] != bucket or left_on not in (None, stay[2]):
            changes.superseded.append(pk)
            continue
        del missing[entered_on]
        if left_on is None and stay[2] is not None:
            changes.ended.append((pk, stay[2]))
    changes.begun.extend((loan_id, stay) for stay in missing.values())


def write_stays(
    *,
    wanted: Mapping[UUID, Sequence[Stay]],
    known: Collection[UUID],
    at: dt.datetime,
) -> int:
    """Brings the bucket history of the loans to the wanted stays; returns the rows written.

    Arguments: known are the loans that may have stays already.
    """
    changes = StayChanges()
    stored = stored_stays(known)
    for loan_id, stays in wanted.items():
        compare_stays(changes, loan_id=loan_id, stored=stored.get(loan_id, []), wanted=stays)
    apply_stay_changes(changes, at=at)
    return len(changes.superseded) + len(changes.ended) + len(changes.begun)


def apply_stay_changes(changes: StayChanges, *, at: dt.datetime) -> None:
    """Supersedes, ends and begins stays, in that order, so that one open stay is never two."""
    if changes.superseded:
        BucketStay.objects.filter(pk__in=changes.superseded).update(superseded_at=at)
    if changes.ended:
        _end_stays(changes.ended)
    if changes.begun:
        copy_lines(
            BucketStay._meta.db_table,
            ("loan_id", "bucket", "entered_on", "left_on", "recorded_at"),
            [
                f"{loan_id}\t{copy_cell(bucket)}\t{entered_on}\t{left_on or NULL}\t{at}"
                for loan_id, (bucket, entered_on, left_on) in changes.begun
            ],
        )


def _end_stays(ended: Sequence[tuple[int, dt.date]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE loans_bucketstay AS stay SET left_on = ended.left_on
            FROM unnest(%s::bigint[], %s::date[]) AS ended (id, left_on)
            WHERE stay.id = ended.id
            """,
            [[pk for pk, _left in ended], [left_on for _pk, left_on in ended]],
        )
