"""Working relationships out anew: after what happened, and when time took a sign away."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from collections_app.relationship.flow import (
    WINDOW,
    Relationship,
    Temperature,
    is_worse,
    relationship_at,
)
from collections_app.relationship.models import RelationshipChange, RelationshipState
from collections_app.relationship.signs import Whose, signs_of
from core import clock
from core.facts.announcements import announce

#: People in one go of the sweep.
AT_ONCE = 500


@transaction.atomic
def refresh_relationships(people: Collection[UUID]) -> int:
    """Works the relationships with some people out anew; returns how many came to another state.

    Twice changes nothing. Two who do it at once wait for each other at the rows, in one order.
    """
    wanted = sorted({person for person in people if person is not None})
    if not wanted:
        return 0
    now = clock.now()
    # The rows first and locked, the signs after: what was written meanwhile is seen.
    _make_rows(wanted, now)
    rows = {
        (row.party_id, row.portfolio_id): row
        for row in RelationshipState.objects.select_for_update()
        .filter(party__in=wanted)
        .order_by("pk")
    }
    changes = []
    for whose, happened in signs_of(wanted, now - WINDOW).items():
        row = rows.get(whose)
        if row is None:
            continue
        stands = relationship_at(happened, now)
        if row.state != stands.state:
            changes.append(_change(row, stands, now))
        _take_over(row, stands, now)
    RelationshipState.objects.bulk_update(
        rows.values(), ["state", "heat", "signs", "look_at", "refreshed_at"]
    )
    if changes:
        RelationshipChange.objects.bulk_create(changes)
        announce(RelationshipChange.TOPIC)
    return len(changes)


def refresh_cooled(*, limit: int = AT_ONCE) -> int:
    """Works out anew where a sign has left the window; returns how many people it looked at."""
    due = RelationshipState.objects.filter(look_at__lte=clock.now()).order_by("look_at")
    people = set(due.values_list("party_id", flat=True)[:limit])
    refresh_relationships(people)
    return len(people)


def _make_rows(people: Iterable[UUID], now: datetime) -> None:
    """A row for who has a sign and none yet; who never gave one needs no row."""
    known = set(
        RelationshipState.objects.filter(party__in=people).values_list("party_id", "portfolio_id")
    )
    missing: list[Whose] = [
        whose
        for whose, happened in sorted(signs_of(list(people), now - WINDOW).items())
        if happened and whose not in known
    ]
    RelationshipState.objects.bulk_create(
        [
            RelationshipState(party_id=party, portfolio_id=portfolio, refreshed_at=now)
            for party, portfolio in missing
        ],
        ignore_conflicts=True,
    )


def _take_over(row: RelationshipState, stands: Relationship, now: datetime) -> None:
    row.state, row.heat = stands.state.value, stands.heat
    row.signs = [one.as_data() for one in stands.signs]
    row.look_at, row.refreshed_at = stands.cools_at, now


def _change(row: RelationshipState, stands: Relationship, now: datetime) -> RelationshipChange:
    is_rise = is_worse(row.state, stands.state)
    cause = stands.cause if is_rise else None
    return RelationshipChange(
        party_id=row.party_id,
        portfolio_id=row.portfolio_id,
        before=Temperature(row.state).value,
        after=stands.state.value,
        is_rise=is_rise,
        heat=stands.heat,
        cause=cause.sign if cause else "",
        cause_ref=cause.ref if cause else "",
        at=cause.at if cause else now,
    )
