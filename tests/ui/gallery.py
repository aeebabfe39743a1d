"""The view through which browser tests see every page of the frame with its sample context."""

from __future__ import annotations

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
    request.user = type(USER)(**(vars(USER) | {"theme": request.GET.get("theme", "light")}))
    with translation.override(language):
        request.LANGUAGE_CODE = language
        return render(request, template, context() | {"navigation": NAVIGATION})


NAVIGATION = [
    type(USER)(label=label, href=f"/{name}/", is_current=name == "my-cases")
    for label, name in [
        (translation.gettext_lazy("My cases"), "my-cases"),
        (translation.gettext_lazy("Imports"), "import-list"),
        (translation.gettext_lazy("Nightly close"), "close-list"),
        (translation.gettext_lazy("Administration"), "components"),
    ]
]
