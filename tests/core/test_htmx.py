"""Partial requests and their answers."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from core.htmx import is_partial, redirect_whole_page, trigger_event


def make_request(**headers):
    request = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.parametrize(
    ("headers", "partial"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_is_partial(headers, partial):
    assert is_partial(make_request(**headers)) is partial


def test_request_without_the_middleware_is_whole():
    assert is_partial(RequestFactory().get("/")) is False


def test_redirect_leaves_the_page_either_way():
    assert redirect_whole_page(make_request(), "/cases/").status_code == 302
    partial = redirect_whole_page(make_request(**{"HX-Request": "true"}), "/cases/")
    assert (partial.status_code, partial["HX-Redirect"]) == (200, "/cases/")


def test_trigger_event():
    response = trigger_event(HttpResponse(), "case-changed", {"id": 1})
    assert response["HX-Trigger-After-Swap"] == '{"case-changed": {"id": 1}}'
