"""Health, headers and error pages, as a visitor and a balancer see them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from django.views.decorators.http import require_safe

from accounts.access.decorators import public
from config import errors, health
from config.cache import ForgivingRedisCache
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401


@public
@require_safe
def refused(request):
    raise PermissionDenied("Your role does not include this.")


@public
@require_safe
def suspicious(request):
    raise SuspiciousOperation("internal detail")


@public
@require_safe
def broken(request):
    raise RuntimeError("internal detail")


@public
@require_safe
def cached(request):
    response = HttpResponse()
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


urlpatterns = [
    path("refused", refused),
    path("suspicious", suspicious),
    path("broken", broken),
    path("cached", cached),
    path("healthz", health.healthz),
]


def test_healthz_needs_nobody(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_answers_only_reading(client):
    assert client.post("/healthz").status_code == 405


def test_every_answer_carries_the_headers(client):
    headers = client.get("/healthz").headers

    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@override_settings(ROOT_URLCONF=__name__)
def test_a_public_file_keeps_its_own_caching(client):
    assert client.get("/cached").headers["Cache-Control"] == "public, max-age=60"


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("/refused", 403), ("/suspicious", 400), ("/broken", 500), ("/nowhere", 404)],
)
def test_errors_are_pages_without_internals(client, address, status):
    client.raise_request_exception = False

    answer = client.get(address)

    assert answer.status_code == status
    assert b"internal detail" not in answer.content
    assert b"Traceback" not in answer.content
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_last_page_works_without_templates(rf, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("internal detail")

    monkeypatch.setattr(errors, "render", fail)

    answer = errors.server_error(rf.get("/"))

    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert b"try again" in answer.content


def test_the_cache_is_empty_while_redis_is_away():
    cache = ForgivingRedisCache("redis://127.0.0.1:1/0", {})

    cache.set("key", 1)

    assert cache.get("key", "missing") == "missing"
    assert cache.get_many(["key"]) == {}
    assert cache.add("key", 1) is True
    assert cache.delete("key") is False
