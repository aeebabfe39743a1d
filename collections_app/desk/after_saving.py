"""What comes after an entry: who is next, and the banner that says what was saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact
from collections_app.contacts.withdrawal import undo_until
from collections_app.desk.attempt_log import name_of_result
from collections_app.desk.people import lang_of, shown_name
from collections_app.worklist.leases import Nothing, claim_next
from core import clock
from core.idempotency import fingerprint_of, once

#: An address that was kept says nothing of an entry that is older.
SAID_WITHIN: Final = timedelta(minutes=1)


def next_after(*, agent: User, token: str) -> Case | str:
    """Claims the next person after the entry saved under a token; the same one if asked again.

    Returns their case, or a sentence on why there is nobody.
    """
    answer = once(
        scope=f"next_after:{agent.pk}",
        key=token,
        fingerprint=fingerprint_of({}),
        run=lambda: _claim(agent),
    ).result
    case = Case.objects.filter(pk=answer["case"]).first() if answer["case"] else None
    return case or _nobody(answer["waiting"])


def _claim(agent: User) -> dict[str, Any]:
    found = claim_next(agent=agent)
    if isinstance(found, Nothing):
        return {"case": None, "waiting": found.waiting}
    return {"case": str(found.case.pk), "waiting": 0}


def _nobody(waiting: int) -> str:
    if not waiting:
        return _("Nobody else waits to be worked.")
    return ngettext(
        "Nobody else can be worked now; %(n)d person waits for their time.",
        "Nobody else can be worked now; %(n)d people wait for their time.",
        waiting,
    ) % {"n": waiting}


@dataclass(frozen=True, slots=True)
class SavedBanner:
    """What was saved about whom, how long it can be taken back, whether somebody else is next."""

    name: str
    lang: str
    result: str
    is_next: bool
    undo_href: str
    seconds_left: int


def saved_banner(*, asked: str, case: Case, agent: User) -> dict[str, Any]:
    """The banner of the entry that an address names; nothing for a foreign or an old one."""
    contact = _just_saved(asked, agent)
    if contact is None or hasattr(contact, "withdrawal"):
        return {"saved": None}
    until = undo_until(contact)
    left = (until - clock.now()).total_seconds() if until else 0
    person = contact.attempt.party
    return {
        "saved": SavedBanner(
            name=shown_name(person),
            lang=lang_of(person.full_name),
            result=name_of_result(contact.result),
            is_next=contact.case_id != case.pk,
            undo_href=reverse("desk:undo", args=[contact.pk]) if left > 0 else "",
            seconds_left=max(int(left), 0),
        )
    }


def _just_saved(asked: str, agent: User) -> Contact | None:
    if not asked:
        return None
    try:
        pk = UUID(asked)
    except ValueError:
        return None
    return (
        Contact.objects.filter(pk=pk, logged_by=agent, logged_at__gt=clock.now() - SAID_WITHIN)
        .select_related("result", "attempt__party", "withdrawal")
        .first()
    )


def href_after(case: Case, contact_pk: str) -> str:
    """The address of a case, with what was just saved."""
    return f"{reverse('desk:case', args=[case.pk])}?{urlencode({'saved': contact_pk})}"
