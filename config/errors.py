"""Pages for what went wrong. They say what happened and what to do, and nothing internal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.utils.translation import gettext as _

from accounts.access.api_problems import page_problem
from accounts.access.decorators import public


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_api(request):
        return page_problem(request, "malformed-request")
    return render(request, "400.html", status=400)


@public
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Shows the sentence of the refusal, which names the missing right."""
    if is_for_api(request):
        return page_problem(request, "forbidden")
    return render(request, "403.html", {"reason": str(exception)}, status=403)


@public
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what does not exist and for what is outside the reader's scope."""
    if is_for_api(request):
        return page_problem(request, "not-found")
    return render(request, "404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Names the error by the id that its lines in the log carry (`config.request_log`).

    Must work when nearly nothing else does, so it falls back to plain text.
    """
    error_id = getattr(request, "error_id", "")
    if is_for_api(request):
        return page_problem(request, "internal-error", detail=error_id)
    try:
        return render(request, "500.html", {"error_id": error_id}, status=500)
    except (TemplateDoesNotExist, Exception):
        sentence = _("Something went wrong on our side. Please try again in a minute.")
        answer = f"{sentence} {error_id}".strip()
        return HttpResponse(answer, status=500, content_type="text/plain; charset=utf-8")


def is_for_api(request: HttpRequest) -> bool:
    """Programs are answered in JSON, whatever went wrong."""
    return request.path.startswith("/api/")
