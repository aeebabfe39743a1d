"""Reserving a contact before it is made, and saying how it ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_problems import CONTENT_TYPE, PROBLEMS, Problem, body_of
from accounts.access.api_views import Instant
from accounts.access.decorators import has_right
from accounts.signatures.api import SignedApiView
from compliance.attempts.api.answers import (
    RefusalAnswer,
    ReservationAnswer,
    SettlementAnswer,
    VerdictAnswer,
    in_callers_language,
    verdict_values,
)
from compliance.attempts.api.bodies import (
    ContactBody,
    SettlementBody,
    check_within_scope,
    request_of,
)
from compliance.attempts.dialling import SettledOtherwise, number_to_dial, settle_once, start_by
from compliance.attempts.models import Attempt
from compliance.attempts.services import ContactRefused, reserve
from compliance.gate.facts import ContactRequest, Decision
from core import clock

_REFUSED = "contact-refused"


class ReservationCreate(SignedApiView):
    """Asks the gate and books the contact in one act."""

    required_right = "contact.reserve"
    serializer_class = ReservationAnswer

    @extend_schema(
        request=ContactBody,
        responses={201: ReservationAnswer, (409, CONTENT_TYPE): RefusalAnswer},
    )
    def post(self, request: Request) -> Response:
        """Books a contact to be made now. A refusal is 409 with every reason, and is stored."""
        body = self.body(ContactBody)
        check_within_scope([request_of(body, at=clock.now())], user=self.user, pointer="")
        answer = self.write_once(lambda: self._reserve(request_of(body, at=clock.now())))
        if not answer.data["allowed"]:
            return _refusal(answer, request.path)
        answer.data["to"] = self._number(answer.data)
        return answer

    def _reserve(self, asked: ContactRequest) -> dict[str, Any]:
        """Returns what is kept under the key: never the number itself."""
        try:
            attempt = reserve(request=asked, by=self.actor)
        except ContactRefused as refused:
            return self._worded(refused.decision) | {"verdict": str(refused.verdict.pk)}
        decision = attempt.decision
        return self._worded(decision) | {
            # A second person may have permitted what the rules deny; the reasons stay readable.
            "allowed": True,
            "id": str(attempt.pk),
            "verdict": str(attempt.verdict_id),
            "start_by": Instant().to_representation(start_by(attempt, decision.closes_at)),
            "to": None,
        }

    def _worded(self, decision: Decision) -> dict[str, Any]:
        with in_callers_language(self):
            return dict(VerdictAnswer(verdict_values(decision)).data)

    def _number(self, answer: dict[str, Any]) -> str | None:
        """The number in clear, read anew for every answer, for whoever may dial it."""
        until = parse_datetime(answer["start_by"])
        if until is None or not has_right(self.user, "contact.dial"):
            return None
        attempt = _reserved(self).get(pk=answer["id"])
        return number_to_dial(attempt=attempt, until=until, by=self.actor)


class ReservationSettlement(SignedApiView):
    """How a reserved contact ended."""

    required_right = "contact.reserve"
    serializer_class = SettlementAnswer

    @extend_schema(request=SettlementBody, responses={200: SettlementAnswer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Settles once: the same outcome again has the same answer, another one is 409."""
        body = self.body(SettlementBody)
        attempt = get_object_or_404(_reserved(self), pk=pk)
        if attempt.made_by_id != str(self.user.pk):
            raise Problem("forbidden", "This contact was reserved by somebody else.")

        def note() -> Any:
            settled = settle_once(
                attempt=attempt, outcome=body["outcome"], at=body.get("ended_at"), by=self.actor
            )
            return SettlementAnswer(settled).data

        try:
            return self.write_once(note, status=200)
        except SettledOtherwise as refusal:
            stands = dict(SettlementAnswer(refusal.settlement).data)
            raise Problem(
                "settled-otherwise",
                "The first outcome stands; a person corrects it, with a reason, on the case.",
                more={"settlement": stands},
            ) from None


def _reserved(view: SignedApiView) -> QuerySet[Attempt]:
    """Contacts of the caller's portfolios that were asked for before they were made."""
    attempts = Attempt.objects.visible_to(view.user).filter(verdict__isnull=False)
    return attempts.select_related("party__data_key", "contact_point")


def _refusal(answer: Response, path: str) -> Response:
    """Puts the stored refusal as the problem it is."""
    told = {name: value for name, value in answer.data.items() if name != "allowed"}
    sentences = [row["sentence"] for row in told["reasons"] if row["effect"] == "deny"]
    problem = Problem(_REFUSED, " · ".join(sentences), more=told)
    refusal = Response(
        body_of(problem, path), status=PROBLEMS[_REFUSED][0], content_type=CONTENT_TYPE
    )
    if "Idempotency-Replayed" in answer:
        refusal["Idempotency-Replayed"] = answer["Idempotency-Replayed"]
    return refusal
