"""How many people of the queue may be called now and from when the next ones, by their hints."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.queue_counts import KEPT_SECONDS
from collections_app.desk.reasons import clock_text
from collections_app.worklist.queries import WorkableCounts, workable_counts
from core import clock


def workable_parts(user: User) -> list[str]:
    """Says what the hints know of the people behind the open cases; nothing where there are none.

    One query, kept for half a minute. The chips of the rows ask the gate; this line does not, and
    permits nothing.
    """
    counts = _counts(user)
    parts = [
        ngettext("%(number)d person workable now", "%(number)d people workable now", counts.now)
        % {"number": counts.now}
    ]
    if counts.opens_at is not None:
        zone = clock.zone_of(user.time_zone)
        time = clock_text(counts.opens_at.astimezone(zone), clock.local_now(zone))
        parts.append(
            ngettext(
                "%(number)d waits until %(time)s",
                "%(number)d wait until %(time)s",
                counts.opening,
            )
            % {"number": counts.opening, "time": time}
        )
    if counts.later:
        parts.append(_("%(number)d later") % {"number": counts.later})
    if counts.waiting:
        parts.append(
            ngettext(
                "%(number)d waits for something to happen",
                "%(number)d wait for something to happen",
                counts.waiting,
            )
            % {"number": counts.waiting}
        )
    return parts if counts.people else []


def _counts(user: User) -> WorkableCounts:
    # The hints themselves are refreshed every half minute.
    key = f"workable_counts:{user.pk}"
    counts: WorkableCounts | None = cache.get(key)
    if counts is None:
        cases = Case.objects.visible_to(user).open()
        counts = workable_counts(cases=cases, now=clock.now())
        cache.set(key, counts, KEPT_SECONDS)
    return counts
