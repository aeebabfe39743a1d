"""The call logger of the case page: its form, its results and the call it waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.asks import Ask
from collections_app.contacts.drafts import KeptDraft
from collections_app.contacts.queries import LAST_USED, with_last_use
from collections_app.desk.attempt_log import name_of_result
from collections_app.desk.case_offers import limits_read
from collections_app.desk.open_call import open_call, phone_call_of
from collections_app.desk.wrapup_form import UnstartedCallForm, WrapupForm
from collections_app.dialling.queries import suggested_result
from collections_app.promises.presentation import Outlook, outlook_of
from compliance.attempts.models import Attempt
from core.ids import uuid7
from loans.borrowers.models import ContactKind, ContactPoint


def started_call(case: Case, user: User) -> Attempt | None:
    """Returns the call on this case that the user started and has not logged yet."""
    return (
        Attempt.objects.unsettled()
        .filter(
            about__loan=case.loan_id,
            made_by_id=str(user.pk),
            channel="call",
        )
        .select_related("contact_point", "party__data_key", "phone_call")
        .order_by("-at")
        .first()
    )


def logger_form(
    case: Case,
    user: User,
    attempt: Attempt | None,
    data: Any = None,
    points: list[ContactPoint] | None = None,
    draft: KeptDraft | None = None,
    known: dict[str, Any] | None = None,
) -> WrapupForm:
    """Returns the form for the call that was started, or for one that came about otherwise.

    It begins with what was typed about the case before and not saved; `known` is what the page has
    read already of what a promise needs.
    """
    initial = {**(draft.entry if draft else {}), "token": str(uuid7())}
    if attempt is not None:
        return WrapupForm(data, case=case, user=user, known=known, initial=initial)
    phones = None
    if points is not None:
        phones = [point for point in points if point.kind == ContactKind.PHONE]
    return UnstartedCallForm(
        data, case=case, user=user, known=known, phones=phones, initial=initial
    )


def promise_known(material: Any, user: User) -> dict[str, Any]:
    """What a promise needs and the page has read: the role's limits, how money last came."""
    limits = limits_read(material.case, user)
    promised = max(material.promises, key=lambda row: row.made_at, default=None)
    paid = [row.repayment.method for row in material.repayments if row.repayment.method]
    said = promised.method if promised is not None else ""
    return {"limits": limits, "usual_method": said or (paid[0] if paid else "")}


def logger_context(
    case: Case,
    user: User,
    attempt: Attempt | None,
    form: WrapupForm | None,
    draft: KeptDraft | None = None,
) -> dict[str, Any]:
    """What the logger shows: a form, or why there is none."""
    if case.state != CaseState.OPEN:
        return {"log_form": None, "log_refusal": ""}
    if form is None or not has_right(user, "contact.record"):
        return {"log_form": None, "log_refusal": _("Your role reads cases but logs no calls.")}
    return {
        "log_form": form,
        "log_href": reverse("desk:log_call", args=[case.pk]),
        "draft_href": reverse("desk:keep_draft", args=[case.pk]),
        "drop_draft_href": reverse("desk:drop_draft", args=[case.pk]) if draft else "",
        "draft_kept_at": draft.kept_at if draft else None,
        **_promise_context(form),
        **_result_choices(form, user, attempt),
        "open_call": open_call(case, user, attempt) if attempt else None,
    }


def _promise_context(form: WrapupForm) -> dict[str, Any]:
    """What `promises/parts.html` shows; where a promise leads to is asked for once one is typed."""
    return {
        "promise_form": form.promise,
        "promise_outlook": outlook_of(form.promise) if form.asks_for(Ask.PROMISE) else Outlook(),
        "promise_outlook_href": reverse("desk:promise_outlook", args=[form.case.pk]),
        "promise_currency": form.case.portfolio.currency,
    }


def _result_choices(form: WrapupForm, user: User, attempt: Attempt | None) -> dict[str, Any]:
    """The results with a key, and behind "more" the rarer ones: those used last come first.

    What the telephone system says of a call nobody answered stands chosen, until another one is.
    """
    codes = list(with_last_use(form.fields["result"].queryset, user))  # type: ignore[attr-defined]
    suggested = suggested_result(phone_call_of(attempt), codes)
    said = form["result"].value()
    chosen = str(said or (suggested.pk if suggested else ""))
    choices = [_choice(row, chosen) for row in codes]
    if attempt is not None:
        _give_letters(choices)
    rarer = [choice for choice in choices if not choice["digit"]]
    last_used = sorted((c for c in rarer if c["used_at"]), key=_used_at, reverse=True)[:LAST_USED]
    rarer = [*last_used, *(choice for choice in rarer if choice not in last_used)]
    return {
        "result_codes": [choice for choice in choices if choice["digit"]],
        "more_result_codes": rarer,
        "more_is_open": any(choice["is_chosen"] for choice in rarer),
        "suggested_name": name_of_result(suggested) if suggested and not said else "",
    }


def _give_letters(choices: list[dict[str, Any]]) -> None:
    """In a call P and B choose the first result with a promise, with a callback."""
    for letter, ask in (("P", Ask.PROMISE), ("B", Ask.CALLBACK)):
        first = next((choice for choice in choices if ask in choice["asks"].split()), None)
        if first is not None:
            first |= {"letter": letter, "keys": f"{first['keys']} {letter}".strip()}


def _used_at(choice: dict[str, Any]) -> datetime:
    return choice["used_at"]  # type: ignore[no-any-return]


def _choice(row: Any, chosen: str) -> dict[str, Any]:
    return {
        "value": row.pk,
        "label": name_of_result(row),
        "digit": row.digit or "",
        "letter": "",
        "keys": row.digit or "",
        "asks": " ".join(row.asks),
        "used_at": row.used_at,
        "is_chosen": str(row.pk) == chosen,
    }
