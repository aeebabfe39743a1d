"""The view through which browser tests see every page of the frame with its sample context."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from tests.ui.samples import PAGES, USER


@login_not_required
def show(request: HttpRequest, name: str) -> HttpResponse:
    template, context = PAGES[name]
    language = request.GET.get("language", "en")
    # Signed-in pages read the theme and the name from the user; none is stored for these tests.
    chosen = {
        "theme": request.GET.get("theme", "light"),
        "more_contrast": request.GET.get("contrast") == "more",
    }
    request.user = type(USER)(**(vars(USER) | chosen))
    with translation.override(language):
        request.LANGUAGE_CODE = language
        return render(request, template, context() | FRAME)


def _entries(*entries: tuple[str, str]) -> list[Any]:
    return [
        type(USER)(label=label, href=f"/{name}/", is_current=name == "my-cases", key="")
        for label, name in entries
    ]


# The fullest bar there is: that of a manager.
NAVIGATION = _entries(
    (translation.gettext_lazy("My cases"), "my-cases"),
    (translation.gettext_lazy("Dashboard"), "dashboard"),
    (translation.gettext_lazy("Assignment"), "assignment"),
    (translation.gettext_lazy("Compliance"), "compliance-week"),
    (translation.gettext_lazy("Imports"), "import-list"),
)
MORE_NAVIGATION = _entries(
    (translation.gettext_lazy("Nightly close"), "close-list"),
    (translation.gettext_lazy("People"), "people"),
    (translation.gettext_lazy("Administration"), "components"),
)
FRAME = {"navigation": NAVIGATION, "more_navigation": MORE_NAVIGATION}
