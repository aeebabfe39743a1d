"""Taking back an entry of the logger within seconds, with all that was agreed in it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.approvals.models import Approval
from accounts.approvals.services import withdraw
from accounts.models import User
from collections_app.callbacks.answering import contact_taken_back
from collections_app.callbacks.models import Callback, CallbackEvent, CallbackEventKind
from collections_app.callbacks.services import cancel_callback
from collections_app.contacts.asks import Ask
from collections_app.contacts.drafts import keep_draft
from collections_app.contacts.models import Contact
from collections_app.contacts.withdrawal import check_in_time, withdraw_contact
from collections_app.desk.attempt_log import note_of
from collections_app.promises.models import Promise
from collections_app.promises.services import cancel_promise
from core import clock
from core.audit.actors import Actor

#: What a talk may do to a callback that was there before, and that nothing puts back.
_FINAL = (CallbackEventKind.RESCHEDULED,)


@transaction.atomic
def undo(*, contact: Contact, agent: User) -> None:
    """Takes back an entry, its promise, its callback and what it changed; a draft again.

    Raises ValidationError, and changes nothing, once the seconds are over or when something was
    built on the entry.
    """
    why, by = _("entry taken back at once"), Actor.of(agent)
    typed = _typed(contact)
    check_in_time(contact=contact, agent=agent)
    if stays := stays_because(contact):
        raise ValidationError(stays)
    for promise in _promises(contact):
        cancel_promise(promise=promise, reason=why, by=by, is_slip=True)
    if "approval" in contact.effects:
        asked = Approval.objects.get(pk=contact.effects["approval"])
        withdraw(approval=asked, by=by, reason=why)
    for callback in _callbacks(contact):
        cancel_callback(callback=callback, reason=why, by=by)
    contact_taken_back(contact=contact, by=by)
    withdraw_contact(contact=contact, agent=agent)
    keep_draft(case=contact.case, agent=agent, entry=typed)


def stays_because(contact: Contact) -> str:
    """Returns why an entry cannot be taken back at all: what it ended cannot be begun again.

    "" where it can. What came after the entry is not looked at.
    """
    if "replaced_promise" in contact.effects:
        return _("It took the place of an older promise: the entry stays.")
    if hasattr(contact, "pause"):
        return _("Your lead was told of this call: the entry stays.")
    # Written in the transaction of the entry, and so by it.
    events = CallbackEvent.objects.filter(xid=contact.xid, kind__in=_FINAL)
    if events.filter(callback__case=contact.case_id).exists():
        return _("It moved a callback: the entry stays.")
    return ""


def _callbacks(contact: Contact) -> list[Callback]:
    """The callback that was promised in the talk."""
    agreed = CallbackEvent.objects.filter(xid=contact.xid, kind=CallbackEventKind.AGREED)
    return list(
        Callback.objects.pending().filter(
            case=contact.case_id, made_at__gte=contact.logged_at, pk__in=agreed.values("callback")
        )
    )


def _promises(contact: Contact) -> list[Promise]:
    return list(Promise.objects.filter(pk__in=contact.effects.get("promises", [])).order_by("pk"))


def _typed(contact: Contact) -> dict[str, str]:
    """The entry as it stood in the logger, from what was saved of it."""
    result, note = contact.result, note_of(contact, contact.attempt.party)
    entry = {"result": str(result.pk), "note": note}
    entry |= {name: str(value) for name, value in contact.answers.items()}
    due = contact.next_step_at
    local = due.astimezone(clock.zone_of(contact.case.portfolio.time_zone)) if due else None
    if result.asks_for(Ask.CALLBACK):
        entry |= _callback_typed(contact)
    elif local and result.asks_for(Ask.NEXT_TIME):
        entry |= {"next_on": f"{local:%Y-%m-%d}", "next_at": f"{local:%H:%M}"}
    if contact.next_step != result.next_step:
        entry["next_step"] = contact.next_step
    for number, promise in enumerate(_promises(contact)):
        entry[f"promise-amount_{number}"] = str(promise.amount)
        entry[f"promise-due_on_{number}"] = promise.due_on.isoformat()
        entry[f"promise-method_{number}"] = promise.method
    return entry


def _callback_typed(contact: Contact) -> dict[str, str]:
    callback = next(iter(_callbacks(contact)), None)
    if callback is None:
        return {}
    return {"callback_when": f"{callback.local_on:%Y-%m-%d} {callback.local_at:%H:%M}"}
