"""Having the person about whom something is written: what every write of the desk asks first."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.worklist.leases import Held, LeaseLost, lease_of, require_lease, take_up
from collections_app.worklist.views import lost_text

__all__ = ["Held", "LeaseLost", "hold", "own_token", "who_has"]


def hold(*, agent: User, case: Case, lease: UUID | str | None) -> None:
    """Renews the lease that the form carries; without one, takes the person of the case up.

    Raises LeaseLost when the lease is over for good, Held when somebody else has the person.
    """
    if lease:
        require_lease(agent=agent, party_id=case.borrower_id, token=lease)
    else:
        take_up(agent=agent, case=case)


def own_token(*, party_id: UUID, user: User) -> UUID | None:
    """Returns the token of the user's lease of a person, for a form; None when they have none."""
    lease = lease_of(party_id)
    return lease.token if lease is not None and lease.agent_id == user.pk else None


def who_has(taken: Held | LeaseLost, case: Case) -> str:
    """Says whose the person is, and that nothing typed is lost."""
    if isinstance(taken, LeaseLost):
        return lost_text(taken)
    until = taken.until.astimezone(ZoneInfo(case.portfolio.time_zone))
    return _("%(name)s has this person until %(time)s. Your entry is kept.") % {
        "name": taken.by.get_full_name(),
        "time": f"{until:%H:%M}",
    }
