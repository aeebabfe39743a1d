"""Taking back an entry of the logger within seconds, with all that was agreed in it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.contacts.asks import Ask
from collections_app.contacts.drafts import keep_draft
from collections_app.contacts.models import Contact
from collections_app.contacts.withdrawal import withdraw_contact
from collections_app.desk.attempt_log import note_of
from collections_app.promises.models import Promise
from collections_app.promises.services import cancel_promise
from core import clock
from core.audit.actors import Actor


@transaction.atomic
def undo(*, contact: Contact, agent: User) -> None:
    """Takes back an entry, its promise and what it changed; what was typed is a draft again.

    Raises ValidationError, and changes nothing, once the seconds are over or when something was
    built on the entry.
    """
    typed = _typed(contact)
    for promise in _promises(contact):
        cancel_promise(promise=promise, reason=_("entry taken back at once"), by=Actor.of(agent))
    withdraw_contact(contact=contact, agent=agent)
    keep_draft(case=contact.case, agent=agent, entry=typed)


def _promises(contact: Contact) -> list[Promise]:
    return list(Promise.objects.filter(pk__in=contact.effects.get("promises", [])).order_by("pk"))


def _typed(contact: Contact) -> dict[str, str]:
    """The entry as it stood in the logger, from what was saved of it."""
    result, note = contact.result, note_of(contact, contact.attempt.party)
    entry = {"result": str(result.pk), "note": note, **_answers(contact)}
    due = contact.next_step_at
    local = due.astimezone(clock.zone_of(contact.case.portfolio.time_zone)) if due else None
    if local and result.asks_for(Ask.CALLBACK):
        entry["callback_when"] = f"{local:%Y-%m-%d %H:%M}"
    elif local and result.asks_for(Ask.NEXT_TIME):
        entry |= {"next_on": f"{local:%Y-%m-%d}", "next_at": f"{local:%H:%M}"}
    if contact.next_step != result.next_step:
        entry["next_step"] = contact.next_step
    for promise in _promises(contact):
        entry["promise-amount"] = str(promise.amount)
        entry["promise-due_on"] = promise.due_on.isoformat()
        entry["promise-method"] = promise.method
    return entry


def _answers(contact: Contact) -> dict[str, str]:
    return {name: str(value) for name, value in contact.answers.items()}
