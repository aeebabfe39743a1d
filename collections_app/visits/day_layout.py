"""A day laid out: windows one after another, places together, around what stands in it already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise, permutations
from typing import Final

from collections_app.visits.models import Visit
from collections_app.visits.route import Place, place_of

#: More places than these are not tried in every order: a day of visits has two or three.
_MOST_TRIED: Final = 5


def windows_of(*, opens: datetime, closes: datetime, each: timedelta) -> list[datetime]:
    """Returns when windows of one length open, one after another, the last one closing in time."""
    count = max(0, (closes - opens) // each)
    return [opens + number * each for number in range(count)]


def lay_out(
    *,
    visits: Sequence[Visit],
    standing: Sequence[Visit],
    windows: Sequence[datetime],
    each: timedelta,
) -> list[tuple[Visit, datetime | None]]:
    """Gives each visit a window of a day; None where the day has none left. Pure.

    Arguments: `standing`, planned for that day already: they keep their windows, and no other
    visit is put into one in which theirs opens. `windows`, when each opens, in order; `each`, their
    length. Visits of one place follow each other, as they were asked for; of the orders of the
    places the one that changes place least often is taken.
    """
    taken = [(visit.opens_at, place_of(visit)) for visit in standing if visit.opens_at is not None]
    free = [
        opens for opens in windows if not any(opens <= at < opens + each for at, _place in taken)
    ]
    groups: dict[Place, list[Visit]] = {}
    for visit in sorted(visits, key=lambda row: (place_of(row), row.requested_at, row.pk)):
        groups.setdefault(place_of(visit), []).append(visit)
    orders = permutations(groups) if len(groups) <= _MOST_TRIED else [tuple(groups)]
    best = min(
        ([visit for place in order for visit in groups[place]] for order in orders),
        key=lambda order: _changes(order, free, taken),
        default=[],
    )
    late: list[None] = [None] * max(0, len(best) - len(free))
    return list(zip(best, [*free[: len(best)], *late], strict=True))


def _changes(
    order: Sequence[Visit], free: Sequence[datetime], taken: Sequence[tuple[datetime, Place]]
) -> int:
    """How often the way leads from one place to another when visits follow in an order."""
    day = [(opens, place_of(visit)) for visit, opens in zip(order, free, strict=False)]
    places = [place for _opens, place in sorted([*day, *taken])]
    return sum(one != other for one, other in pairwise(places))
