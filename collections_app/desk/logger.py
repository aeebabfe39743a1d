"""The call logger of the case page: its form, its results and the call it waits for."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.models import ResultCode
from collections_app.contacts.queries import number_being_called
from collections_app.desk.case_page import zone_of
from collections_app.desk.forms import UnstartedCallForm, WrapupForm
from collections_app.desk.people import in_reading_language
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
            direction="outbound",
        )
        .select_related("contact_point", "party__data_key")
        .order_by("-at")
        .first()
    )


def logger_form(
    case: Case,
    attempt: Attempt | None,
    data: Any = None,
    points: list[ContactPoint] | None = None,
) -> WrapupForm:
    """Returns the form for the call that was started, or for one that came about otherwise."""
    initial = {"token": str(uuid7())}
    if attempt is not None:
        return WrapupForm(data, case=case, initial=initial)
    phones = None
    if points is not None:
        phones = [point for point in points if point.kind == ContactKind.PHONE]
    return UnstartedCallForm(data, case=case, phones=phones, initial=initial)


def logger_context(
    case: Case, user: User, attempt: Attempt | None, form: WrapupForm | None
) -> dict[str, Any]:
    """What the logger shows: a form, or why there is none."""
    if case.state != CaseState.OPEN:
        return {"log_form": None, "log_refusal": ""}
    if form is None or not has_right(user, "contact.record"):
        return {"log_form": None, "log_refusal": _("Your role reads cases but logs no calls.")}
    return {
        "log_form": form,
        "log_href": reverse("desk:log_call", args=[case.pk]),
        "open_call": _open_call(case, user, attempt) if attempt else None,
        **_result_choices(form),
    }


def _open_call(case: Case, user: User, attempt: Attempt) -> dict[str, Any]:
    return {
        "number": number_being_called(attempt=attempt, agent=user),
        "started_at": f"{attempt.at.astimezone(zone_of(case)):%H:%M:%S}",
    }


def _result_choices(form: WrapupForm) -> dict[str, Any]:
    """The results with a key, and the rarer ones that stand behind "more"."""
    chosen = str(form["result"].value() or "")
    codes = form.fields["result"].queryset  # type: ignore[attr-defined]
    choices = [_choice(row, chosen) for row in codes]
    rarer = [choice for choice in choices if not choice["digit"]]
    return {
        "result_codes": [choice for choice in choices if choice["digit"]],
        "more_result_codes": rarer,
        "more_is_open": any(choice["is_chosen"] for choice in rarer),
    }


def _choice(row: ResultCode, chosen: str) -> dict[str, Any]:
    return {
        "value": row.pk,
        "label": result_label(row),
        "digit": row.digit or "",
        "is_chosen": str(row.pk) == chosen,
    }


def result_label(row: ResultCode) -> str:
    """The result in the reader's language."""
    return in_reading_language({"en": row.name, "zh": row.name_zh})
