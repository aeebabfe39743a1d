"""Having the person about whom something is written: what every write of the desk asks first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.worklist.lease_line import lease_context
from collections_app.worklist.leases import Held, LeaseLost, lease_of, require_lease, take_up
from collections_app.worklist.views import lost_text
from core.idempotency import Answer, KeyReused, fingerprint_of, once
from core.ids import uuid7

__all__ = [
    "Held",
    "LeaseLost",
    "held_line",
    "hold",
    "own_token",
    "who_has",
    "write_form",
    "write_held",
]


def hold(*, agent: User, case: Case, lease: UUID | str | None) -> None:
    """Renews the lease that the form carries; without one, takes the person of the case up.

    Raises LeaseLost when the lease is over for good, Held when somebody else has the person.
    """
    if lease:
        require_lease(agent=agent, party_id=case.borrower_id, token=lease)
    else:
        take_up(agent=agent, case=case)


def write_held(
    *,
    scope: str,
    key: str,
    content: Mapping[str, Any],
    agent: User,
    case: Case,
    lease: UUID | str | None,
    write: Callable[[], Any],
) -> Answer:
    """Writes about the person of a case as who has them; the same form sent twice writes once.

    Arguments: scope and key name the form, content is what was filled in, write does it and
    returns a JSON value to answer with. Raises what `hold` and `once` raise, and what write raises;
    nothing is written then.
    """

    def run() -> Any:
        hold(agent=agent, case=case, lease=lease)
        return write()

    asked = {"case": str(case.pk), **content}
    return once(scope=scope, key=key, fingerprint=fingerprint_of(asked), run=run)


def write_form(
    request: HttpRequest,
    form: Any,
    *,
    scope: str,
    case: Case,
    user: User,
    write: Callable[[], Any],
    refusals: tuple[type[Exception], ...] = (ValidationError,),
) -> tuple[Answer | None, int]:
    """Writes what a valid form of a page of its own holds, as `write_held` does.

    Returns the answer and 200; where it was refused none, with the status of the page: the form
    says why, and nothing is written. The form has the fields `token` and `lease`; its own
    `add_refusal`, where it has one, shows what is among `refusals`.
    """
    entry = {name: request.POST[name] for name in request.POST if name != "csrfmiddlewaretoken"}
    try:
        answer = write_held(
            scope=f"{scope}:{user.pk}",
            key=form.cleaned_data["token"] or str(uuid7()),
            content={"entry": entry},
            agent=user,
            case=case,
            lease=form.cleaned_data["lease"],
            write=write,
        )
    except KeyReused:
        form.add_error(None, _("This was saved before, in other words; open the page anew."))
    except (Held, LeaseLost) as taken:
        form.add_error(None, who_has(taken, case))
        return None, 409
    except refusals as refusal:
        _show(form, refusal)
    else:
        return answer, 200
    return None, 422


def _show(form: Any, refusal: Any) -> None:
    """Shows beside its field what a service refused, where the form knows how."""
    if hasattr(form, "add_refusal"):
        form.add_refusal(refusal)
    else:
        form.add_error(None, refusal)


def held_line(form: Any, *, case: Case, user: User) -> dict[str, Any]:
    """Returns what `worklist/lease_line.html` shows, and puts the user's own lease into the form.

    For a page of its own on which something longer is written: the line keeps the person with
    whoever types, as on the case.
    """
    context = lease_context(party_id=case.borrower_id, user=user)
    line = context["lease"]
    if not form.is_bound and line is not None and line["is_mine"]:
        form.initial["lease"] = line["token"]
    return context


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
