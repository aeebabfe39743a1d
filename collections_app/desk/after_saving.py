"""What comes after an entry: where it leads, who is next, what was saved and can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.asks import LeadsTo
from collections_app.contacts.models import Contact, ResultCode
from collections_app.contacts.withdrawal import undo_until
from collections_app.desk.attempt_log import name_of_result
from collections_app.desk.people import lang_of, shown_name
from collections_app.desk.undo import stays_because
from collections_app.worklist.leases import Nothing, claim_next
from core import clock
from core.idempotency import fingerprint_of, once

#: The page that a result leads to, and the right that it asks for.
_LEADS: Final[dict[str, tuple[str, str]]] = {
    LeadsTo.HARDSHIP: ("desk:hardship_talk", "plan.propose"),
    LeadsTo.PLAN: ("desk:propose_plan", "plan.propose"),
}
#: Where the session keeps what was saved last, as long as it can be undone.
_LAST: Final = "last_saved"
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
    #: Why it cannot be taken back at all; "" where it can, or could.
    stays: str = ""
    #: The page is about somebody else, or about nobody: it says about whom it was.
    is_elsewhere: bool = False


def saved_banner(request: HttpRequest, *, case: Case) -> dict[str, Any]:
    """The banner of the entry that an address names; nothing for a foreign or an old one."""
    contact = _just_saved(request, request.GET.get("saved", ""))
    if contact is None or hasattr(contact, "withdrawal"):
        return {"saved": None}
    return {"saved": _banner(contact, is_next=contact.case_id != case.pk)}


def saved_contact(pk: str) -> Contact:
    """Returns an entry just saved, with what is said of it and where its result leads."""
    return Contact.objects.select_related("result", "attempt__party", "pause").get(pk=pk)


def remember(request: HttpRequest, contact: Contact) -> None:
    """Keeps in the session what was saved or gone on with last: any page can say and undo it."""
    person = contact.attempt.party
    until = None if stays_because(contact) else undo_until(contact)
    request.session[_LAST] = {
        "contact": str(contact.pk),
        "at": clock.now().isoformat(),
        "until": until.isoformat() if until else "",
        "name": shown_name(person),
        "lang": lang_of(person.full_name),
        "result": [contact.result.name, contact.result.name_zh],
    }


def forget(request: HttpRequest) -> None:
    """Nothing is to be undone any more."""
    request.session.pop(_LAST, None)


def last_saved(request: HttpRequest) -> dict[str, Any]:
    """Gives every page `last_saved`, the banner of the entry saved in the last seconds, or None.

    Asked for by the frame, where the page has no banner of its own. No query: the session has it.
    """
    return {"last_saved": SimpleLazyObject(lambda: _last_saved(request))}


def _last_saved(request: HttpRequest) -> SavedBanner | None:
    kept = _remembered(request)
    until = parse_datetime(kept.get("until", ""))
    left = (until - clock.now()).total_seconds() if until else 0
    if left <= 0:
        return None
    english, chinese = kept["result"]
    return SavedBanner(
        name=kept["name"],
        lang=kept["lang"],
        result=name_of_result(ResultCode(name=english, name_zh=chinese)),
        is_next=False,
        undo_href=reverse("desk:undo", args=[kept["contact"]]),
        seconds_left=int(left),
        is_elsewhere=True,
    )


def _banner(contact: Contact, *, is_next: bool) -> SavedBanner:
    stays = stays_because(contact)
    until = None if stays else undo_until(contact)
    left = (until - clock.now()).total_seconds() if until else 0
    person = contact.attempt.party
    return SavedBanner(
        name=shown_name(person),
        lang=lang_of(person.full_name),
        result=name_of_result(contact.result),
        is_next=is_next,
        undo_href=reverse("desk:undo", args=[contact.pk]) if left > 0 else "",
        seconds_left=max(int(left), 0),
        stays=stays,
    )


def led_to(*, contact: Contact, user: User) -> str:
    """Returns where the result just saved leads before anybody else comes; "" where nowhere."""
    url_name, right = _LEADS.get(contact.result.leads_to, ("", ""))
    if not url_name or not has_right(user, right):
        return ""
    return f"{reverse(url_name, args=[contact.case_id])}?{urlencode({'call': contact.pk})}"


def call_led_from(*, asked: str, case: Case, agent: User) -> Contact | None:
    """Returns the entry that led to a page about a case, by the address; None without one."""
    try:
        pk = UUID(asked)
    except ValueError:
        return None
    mine = Contact.objects.filter(pk=pk, case=case, logged_by=agent, withdrawal=None)
    return mine.select_related("attempt__party__data_key", "result").first()


def _just_saved(request: HttpRequest, asked: str) -> Contact | None:
    """The entry of the one who asks, saved or gone on with a moment ago."""
    if not asked:
        return None
    try:
        pk = UUID(asked)
    except ValueError:
        return None
    since = clock.now() - SAID_WITHIN
    mine = Contact.objects.filter(pk=pk, logged_by=cast(User, request.user))
    kept = _remembered(request)
    at = parse_datetime(kept.get("at", ""))
    if kept.get("contact") != asked or at is None or at <= since:
        mine = mine.filter(logged_at__gt=since)
    return mine.select_related("result", "attempt__party", "withdrawal", "pause").first()


def _remembered(request: HttpRequest) -> dict[str, Any]:
    return (request.session.get(_LAST) if hasattr(request, "session") else None) or {}


def href_after(case: Case, contact_pk: str) -> str:
    """The address of a case, with what was just saved."""
    return f"{reverse('desk:case', args=[case.pk])}?{urlencode({'saved': contact_pk})}"
