"""`/healthz`: this process answers. `/readyz`: it can also do its work."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accounts.access.decorators import public
from config import readiness


@public
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answers as long as the process lives; asks nothing of the database or Redis."""
    return JsonResponse({"status": readiness.OK})


@public
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answers 200 when pages can be shown, else 503, and names each part with what is wrong.

    Only the database, migrated, and the keys of personal data make the site unready. Redis, a
    worker, the scheduler or a full disk make it `degraded`: pages work without them, what is due
    waits in the database, and taking the site down would help nobody.
    """
    found = readiness.examine()
    return JsonResponse(
        {"status": found.status, "checks": found.checks}, status=200 if found.is_ready else 503
    )
