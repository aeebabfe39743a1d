"""Endpoints whose writes must be signed by the integration that sends them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request

from accounts.access.api_problems import Problem
from accounts.access.api_views import IDEMPOTENCY_HEADER, ApiView
from accounts.signatures.services import SignatureRefused, check_signature
from accounts.signatures.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignedRequest


class SignedApiView(ApiView):
    """An endpoint that acts only on requests signed with a secret of its caller."""

    must_be_signed: ClassVar[bool] = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before anything is parsed: the signature is over the bytes that came.
        raw = request._request.body
        super().initial(request, *args, **kwargs)
        signed = SignedRequest(
            timestamp=request.headers.get(TIMESTAMP_HEADER, ""),
            signature=request.headers.get(SIGNATURE_HEADER, ""),
            method=request.method or "",
            path=request.path,
            key=request.headers.get(IDEMPOTENCY_HEADER, ""),
            body=raw,
        )
        if not signed.timestamp or not signed.signature:
            raise Problem(
                "signature-missing", f"Send {TIMESTAMP_HEADER} and {SIGNATURE_HEADER}: docs/api.md."
            )
        try:
            check_signature(user=self.user, request=signed, by=self.actor)
        except SignatureRefused as refusal:
            raise Problem("signature-refused", str(refusal), more={"code": refusal.why}) from None
