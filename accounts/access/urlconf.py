"""Which addresses of the installation say what right they need, and which forgot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.access.decorators import declare_right, declared_right


def walk_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yields every address of a URLconf as (route, pattern), depth first."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk_patterns(entry, route)
        else:
            yield route, entry


def undeclared_views(resolver: URLResolver | None = None) -> list[str]:
    """Lists the addresses whose view declares no right, each with the view's dotted name."""
    return [
        f"{route} -> {pattern.lookup_str}"
        for route, pattern in walk_patterns(resolver or get_resolver())
        if declared_right(pattern.callback) is None
    ]


def declare_patterns(patterns: list[Any], right: str) -> list[Any]:
    """Declares a right for every view below these patterns that has not declared one itself.

    For URLconfs of libraries that guard their own views (the admin site). Returns the patterns.
    """
    for entry in patterns:
        if isinstance(entry, URLResolver):
            declare_patterns(entry.url_patterns, right)
        elif declared_right(entry.callback) is None:
            declare_right(entry.callback, right)
    return patterns
