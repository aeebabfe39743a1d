"""Recording contacts nobody asked for: the person's own, and those made all the same.

What happened can always be recorded; a ledger that refuses reality undercounts.
"""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.signatures.api import SignedApiView
from compliance.attempts.api.bodies import (
    InboundBody,
    UnsanctionedBody,
    check_within_scope,
    request_of,
)
from compliance.attempts.api.reading import AttemptAnswer, attempts_of
from compliance.attempts.models import Attempt
from compliance.attempts.services import record_inbound, record_unsanctioned
from compliance.gate.facts import ContactRequest


class _Record(SignedApiView):
    """Stores a contact with its outcome."""

    required_right = "contact.reserve"
    serializer_class = AttemptAnswer
    body_class: ClassVar[type[InboundBody]]

    def post(self, request: Request) -> Response:
        body = self.body(self.body_class)
        asked = request_of(body, at=body["at"])
        check_within_scope([asked], user=self.user, pointer="")

        def note() -> Any:
            made = self.store(asked, body)
            return AttemptAnswer(attempts_of(self).get(pk=made.pk)).data

        return self.write_once(note)

    def store(self, asked: ContactRequest, body: dict[str, Any]) -> Attempt:
        raise NotImplementedError


@extend_schema(request=InboundBody, responses={201: AttemptAnswer})
class InboundRecord(_Record):
    """The person called or wrote; it needs no permission, and it counts."""

    body_class = InboundBody

    def store(self, asked: ContactRequest, body: dict[str, Any]) -> Attempt:
        return record_inbound(request=asked, outcome=body["outcome"], by=self.actor)


@extend_schema(request=UnsanctionedBody, responses={201: AttemptAnswer})
class UnsanctionedRecord(_Record):
    """A contact was made without asking; it counts, and opens an incident."""

    body_class = UnsanctionedBody

    def store(self, asked: ContactRequest, body: dict[str, Any]) -> Attempt:
        return record_unsanctioned(
            request=asked, outcome=body["outcome"], reason=body["reason"], by=self.actor
        )
