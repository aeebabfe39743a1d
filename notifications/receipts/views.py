"""Where providers call: checked, kept, answered. What it means is applied after."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access.decorators import public
from core.audit.actors import SYSTEM
from core.audit.services import record
from notifications.channels.models import ChannelAccount
from notifications.receipts.queries import account_called
from notifications.receipts.services import keep_events, keep_mail
from notifications.receipts.signatures import MOST_BYTES, MOST_MAIL_BYTES
from notifications.receipts.verifying import is_from_provider, is_mail_from


@public
@csrf_exempt
@require_POST
def receive(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Takes one call of a provider: 200 once it is kept, also when it was kept before.

    400 for a signature that is not the account's, with a line of the trail and nothing of the
    body; 413 for more than a provider ever sends. An account that is switched off still listens.
    """
    if _length(request) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    account = account_called(account_id=account_id)
    if account is None:
        return HttpResponse(status=404)
    if not is_from_provider(account=account, request=request):
        _tell_refused(account, len(body))
        return HttpResponse("signature", status=400, content_type="text/plain")
    with transaction.atomic():
        keep_events(account=account, body=body, query=request.GET.dict())
    return _thanks(account)


@public
@csrf_exempt
@require_POST
def receive_mail(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Takes e-mail that people wrote, handed on by the provider or by one's own mail server.

    Answers as `receive` does. The body is read as a stream, for it may be larger than a form.
    """
    if _length(request) > MOST_MAIL_BYTES:
        return HttpResponse(status=413)
    account = account_called(account_id=account_id)
    if account is None or account.adapter != "mail":
        return HttpResponse(status=404)
    body = request.read(MOST_MAIL_BYTES + 1)
    if not is_mail_from(account=account, request=request, body=body):
        _tell_refused(account, len(body))
        return HttpResponse("signature", status=400, content_type="text/plain")
    keep_mail(account=account, body=body, content_type=request.META.get("CONTENT_TYPE", ""))
    return _thanks(account)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return MOST_MAIL_BYTES + 1


def _tell_refused(account: ChannelAccount, size: int) -> None:
    record(
        action="webhook.refused",
        by=SYSTEM,
        object_type="notifications.ChannelAccount",
        object_id=account.pk,
        portfolio_id=account.portfolio_id,
        data={"adapter": account.adapter, "bytes": size},
    )


#: What a provider of each adapter wants to hear; anything else makes it call again.
_TWIML: Final = "<?xml version='1.0' encoding='UTF-8'?><Response></Response>"


def _thanks(account: ChannelAccount) -> HttpResponse:
    if account.adapter == "twilio":
        return HttpResponse(_TWIML, content_type="text/xml")
    return JsonResponse({"code": 0, "msg": "ok"})
