"""Where telephone systems post their events, and how they do today."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, public, requires, signed_in_user
from collections_app.dialling.flow import EventKind
from collections_app.dialling.models import DiallerAccount
from collections_app.dialling.oversight import health_context
from collections_app.dialling.queries import account_called
from collections_app.dialling.reading import Unreadable, read_events
from collections_app.dialling.secrets import signing_secrets
from collections_app.dialling.services import Taken, take_events
from core import clock
from core.audit.actors import SYSTEM
from core.audit.services import record
from notifications.oversight.pages import frame
from notifications.receipts.signatures import MOST_BYTES, timed_signed


@public
@csrf_exempt
@require_POST
def receive(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Takes signed events: 200 once all are kept, also when they were kept before.

    400 for a signature that is not the account's, 413 for more than is ever sent, 422 for a body
    that cannot be read, and for events about calls that are not known: those are kept as received.
    """
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    account = account_called(account_id)
    if account is None:
        return HttpResponse(status=404)
    is_signed = timed_signed(
        timestamp=request.headers.get("X-Makegood-Timestamp", ""),
        body=body,
        signature=request.headers.get("X-Makegood-Signature", ""),
        secrets=signing_secrets(account),
        now=clock.now(),
    )
    if not is_signed:
        _tell_refused(account, len(body))
        return JsonResponse({"code": "signature"}, status=400)
    try:
        news = read_events(body)
    except Unreadable as problem:
        return JsonResponse({"code": "unreadable", "detail": str(problem)}, status=422)
    taken = take_events(account=account, news=news)
    coming = {one.told.event_id for one in news if one.told.kind == EventKind.INCOMING}
    answers = [_said(request, one, is_incoming=one.event_id in coming) for one in taken]
    status = 422 if any(one.refusal for one in taken) else 200
    return JsonResponse({"events": answers}, status=status)


#: A refusal's code -> what it means, in the words of the description of the interface.
_DETAILS: Final = {
    "unknown_call": "No call of this account is known by this name. It was kept as received."
}


def _said(request: HttpRequest, taken: Taken, *, is_incoming: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"id": taken.event_id, "repeated": taken.is_repeated}
    if taken.refusal:
        code = taken.refusal.replace("_", "-")
        said |= {"code": code, "detail": _DETAILS[taken.refusal]}
    elif is_incoming and taken.call is not None:
        # By name: the page is one of the desk, above.
        said["open"] = request.build_absolute_uri(reverse("desk:incoming", args=[taken.call.pk]))
    return said


def _tell_refused(account: DiallerAccount, size: int) -> None:
    record(
        action="webhook.refused",
        by=SYSTEM,
        object_type="collections_app.DiallerAccount",
        object_id=account.pk,
        portfolio_id=account.portfolio_id,
        data={"adapter": account.adapter, "bytes": size},
    )


@requires("channel.view")
@require_GET
@never_cache
def telephones(request: HttpRequest) -> HttpResponse:
    """The telephone systems: whether they dial, what they did today, what they told amiss."""
    user = signed_in_user(request)
    may_manage = has_right(user, "channel.manage") and has_right(user, "admin.view")
    context = {
        **frame(request, "dialling:telephones"),
        **health_context(user, base=request.build_absolute_uri("/").rstrip("/")),
        "new_href": reverse("admin:collections_app_dialleraccount_add") if may_manage else "",
        "may_manage": may_manage,
    }
    return TemplateResponse(request, "collections_app/dialling/telephones.html", context)
