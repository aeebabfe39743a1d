"""Callbacks over the API: calls promised to people, listed, agreed on and cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_problems import CONTENT_TYPE, Problem
from accounts.access.api_views import ApiList, ApiView, Instant, StrictSerializer
from collections_app.callbacks.flow import CallbackState
from collections_app.callbacks.models import Callback
from collections_app.callbacks.services import (
    CallbackRefused,
    cancel_callback,
    schedule_callback,
)
from collections_app.cases.models import Case
from collections_app.contacts.queries import phones_of
from compliance.attempts.api.answers import RefusalAnswer, in_callers_language, reason_values
from loans.borrowers.models import ContactPoint

#: A note is a sentence for whoever calls.
_LONGEST_NOTE = 500


class CallbackFilters(StrictSerializer):
    portfolio = serializers.SlugField(required=False, help_text="Code of the portfolio.")
    case = serializers.UUIDField(required=False)
    contract_no = serializers.CharField(required=False, max_length=60)
    state = serializers.ChoiceField(choices=CallbackState.choices, required=False)
    owner = serializers.UUIDField(required=False, help_text="Who makes it.")
    due_from = Instant(required=False)
    due_to = Instant(required=False, help_text="Included.")


class CallbackBody(StrictSerializer):
    """A call promised for a time on the person's own clock."""

    case = serializers.UUIDField()
    contact_point = serializers.UUIDField(
        required=False, allow_null=True, help_text="A phone of the loan; else the first to try."
    )
    local_on = serializers.DateField(help_text="The day where the person is.")
    local_at = serializers.TimeField(help_text="The time on the person's clock.")
    asked_for = serializers.BooleanField(
        default=False, help_text="By the person: then it counts against no limit of calls."
    )
    for_team = serializers.BooleanField(
        default=False, help_text="Whoever works the case makes it, not who holds it now."
    )
    note = serializers.CharField(default="", allow_blank=True, max_length=_LONGEST_NOTE)


class CancelBody(StrictSerializer):
    reason = serializers.CharField(max_length=200, help_text="The person was promised this call.")


class CallbackAnswer(serializers.Serializer[Any]):
    """A call that was promised, and what became of it."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    contract_no = serializers.CharField(source="case.loan.contract_no")
    portfolio = serializers.CharField(source="case.portfolio.code")
    party = serializers.UUIDField(source="party_id")
    contact_point = serializers.UUIDField(source="contact_point_id", allow_null=True)
    local_on = serializers.DateField()
    local_at = serializers.TimeField()
    time_zone = serializers.CharField(help_text="Of the person.")
    due_at = Instant()
    owner = serializers.UUIDField(source="owner_id", allow_null=True, help_text="null: the team.")
    asked_for = serializers.BooleanField(source="is_wish")
    state = serializers.CharField()
    made_at = Instant()
    tried_at = Instant(allow_null=True)
    over_at = Instant(allow_null=True)


def _callbacks(view: ApiView) -> QuerySet[Callback]:
    return Callback.objects.visible_to(view.user).select_related("case__loan", "case__portfolio")


def _answer(view: ApiView, pk: UUID) -> Any:
    return CallbackAnswer(_callbacks(view).get(pk=pk)).data


class CallbackList(ApiList):
    """Callbacks, the first agreed first; POST promises one. The note is told to nobody."""

    required_right = "case.view"
    required_rights: ClassVar[dict[str, str]] = {"POST": "callback.manage"}
    serializer_class = CallbackAnswer

    @property
    def parameters(self) -> type[StrictSerializer]:  # type: ignore[override]
        return StrictSerializer if self.request.method == "POST" else CallbackFilters

    def get_queryset(self) -> QuerySet[Callback]:
        columns = {
            "portfolio": "case__portfolio__code",
            "case": "case_id",
            "contract_no": "case__loan__contract_no",
            "state": "state",
            "owner": "owner_id",
            "due_from": "due_at__gte",
            "due_to": "due_at__lte",
        }
        asked = self.asked
        return _callbacks(self).filter(
            **{column: asked[name] for name, column in columns.items() if name in asked}
        )

    @extend_schema(
        request=CallbackBody,
        responses={201: CallbackAnswer, (409, CONTENT_TYPE): RefusalAnswer},
    )
    def post(self, request: Request) -> Response:
        """Promises a call; where one to this person on this case is pending, that one moves.

        Outside the person's hours it is 409 with every reason and the next time that is open.
        """
        body = self.body(CallbackBody)
        case = _case(self, body["case"])
        point = _phone(case, body.get("contact_point"))

        def agree() -> Any:
            made = schedule_callback(
                case=case,
                contact_point=point,
                wall_time=datetime.combine(body["local_on"], body["local_at"]),
                agent=None if body["for_team"] else case.assignee,
                note=body["note"],
                is_wish=body["asked_for"],
                by=self.actor,
            )
            return _answer(self, made.pk)

        return _within_hours(self, lambda: self.write_once(agree))


class CallbackDetail(ApiView):
    """One callback."""

    required_right = "case.view"
    serializer_class = CallbackAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        return Response(CallbackAnswer(get_object_or_404(_callbacks(self), pk=pk)).data)


class CallbackCancel(ApiView):
    """Takes the promise of a call back."""

    required_right = "callback.manage"
    serializer_class = CallbackAnswer

    @extend_schema(request=CancelBody, responses={200: CallbackAnswer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Cancels a pending callback; it stays on the case with its reason."""
        body = self.body(CancelBody)
        callback = get_object_or_404(_callbacks(self), pk=pk)

        def cancel() -> Any:
            cancel_callback(callback=callback, reason=body["reason"], by=self.actor)
            return _answer(self, callback.pk)

        return self.write_once(cancel, status=200)


def _case(view: ApiView, pk: UUID) -> Case:
    cases = Case.objects.visible_to(view.user).select_related("loan", "portfolio", "assignee")
    found = cases.filter(pk=pk).first()
    if found is None:
        raise serializers.ValidationError({"case": [_unknown("This case")]})
    return found


def _phone(case: Case, pk: UUID | None) -> ContactPoint | None:
    if pk is None:
        return None
    found = phones_of(case).filter(pk=pk).first()
    if found is None:
        raise serializers.ValidationError({"contact_point": [_unknown("This phone")]})
    return found


def _unknown(what: str) -> serializers.ErrorDetail:
    return serializers.ErrorDetail(f"{what} does not exist for this token.", code="unknown")


def _within_hours(view: ApiView, act: Callable[[], Response]) -> Response:
    """Answers what the gate's hours say no to as the problem it is; nothing was written."""
    try:
        return act()
    except CallbackRefused as refused:
        with in_callers_language(view):
            raise Problem(
                "contact-refused",
                " · ".join(refused.sentences),
                more={
                    "reasons": [reason_values(found) for found in refused.reasons],
                    "next_allowed_at": refused.nearest,
                },
            ) from refused


urlpatterns = [
    path("", CallbackList.as_view(), name="callbacks"),
    path("<uuid:pk>/", CallbackDetail.as_view(), name="callback"),
    path("<uuid:pk>/cancel/", CallbackCancel.as_view(), name="callback_cancel"),
]
