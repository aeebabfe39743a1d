"""Telling partial requests from whole ones, and answering them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event


def is_partial(request: HttpRequest) -> bool:
    """Says whether a region of the page is wanted rather than the page.

    A boosted link and htmx restoring a page from history (its cache was empty) want it whole.
    """
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request


def redirect_whole_page(request: HttpRequest, to: str) -> HttpResponse:
    """Sends the browser to another page, also out of a partial request.

    A plain 302 would be followed by htmx, and the new page swapped into the old one's region.
    """
    if is_partial(request):
        return HttpResponseClientRedirect(to)
    return redirect(to)


def trigger_event(
    response: HttpResponseBase, name: str, detail: dict[str, Any] | None = None
) -> HttpResponseBase:
    """Has the browser fire an event after the swap, for regions that listen for it."""
    return trigger_client_event(response, name, detail or {}, after="swap")
