"""Every address says who may call it."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLResolver, get_resolver, path
from django.urls.resolvers import RegexPattern

from accounts.access.decorators import public
from accounts.access.urlconf import undeclared_views, walk_patterns


def test_every_address_declares_its_right():
    forgotten = undeclared_views()

    assert not forgotten, (
        'Mark each view with @requires("<concept>.<verb>") or @public (accounts.access.decorators);'
        " wrap a library's patterns in declare_patterns():\n" + "\n".join(forgotten)
    )


def test_an_undeclared_view_is_found():
    planted = [path("told/", public(_view)), path("forgotten/", _forgotten)]

    assert undeclared_views(URLResolver(RegexPattern(r"^/"), planted)) == [
        f"forgotten/ -> {__name__}._forgotten"
    ]


def test_the_walk_reaches_the_pages_of_libraries():
    routes = {route for route, _ in walk_patterns(get_resolver())}

    assert {"healthz", "readyz", "admin/login/", "account/login/"} <= routes


def _view(request):
    return HttpResponse()


def _forgotten(request):
    return HttpResponse()
