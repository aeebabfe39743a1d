"""One's inbox."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.access.decorators import requires, signed_in_user
from accounts.inbox.queries import inbox_of
from accounts.inbox.services import mark_read


@requires("inbox.view")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Lists the newest notices. Looking does not mark them: that is a button."""
    return TemplateResponse(
        request, "account/inbox.html", {"lines": inbox_of(signed_in_user(request))}
    )


@requires("inbox.view")
@require_POST
def mark_inbox_read(request: HttpRequest) -> HttpResponse:
    """Marks the notices named in the form as read, or all when it names none."""
    try:
        ids = [UUID(text) for text in request.POST.getlist("notice")]
    except ValueError:
        return HttpResponseBadRequest()
    mark_read(user=signed_in_user(request), notice_ids=ids or None)
    return redirect("inbox")
