"""The legal file of a case, and the proceedings that begin there."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from collections_app.legal import services
from collections_app.legal.acceleration import take_acceleration_back
from collections_app.legal.case_file_page import case_file_answer, others_of
from collections_app.legal.forms import OpenForm, ReasonForm
from collections_app.legal.models import Proceeding
from collections_app.legal.queries import case_with_file
from collections_app.legal.stepping import take
from collections_app.legal.wording import case_file_href


@requires("legal.view")
@require_GET
@never_cache
def case_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Limitation, letters and proceedings of a case."""
    case = get_object_or_404(case_with_file(signed_in_user(request)), pk=pk)
    return case_file_answer(request, case)


@requires("legal.work")
@require_POST
def open_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Opens proceedings, in preparation, for who asks."""
    user = signed_in_user(request)
    case = get_object_or_404(case_with_file(user), pk=pk)
    others = others_of(list(Proceeding.objects.visible_to(user).filter(case=case)))
    form = OpenForm(request.POST, others=others)
    return take(
        request,
        form=form,
        run=lambda by: services.open_proceeding(
            case=case, opening=form.opening(), owner=user, by=by
        ),
        done=_("Opened. Put the papers on file, then ask for approval."),
        next_href=lambda key: reverse("legal:proceeding", args=[key]),
        page=lambda refused: case_file_answer(request, case, ("open", refused)),
    )


@requires("approval.decide")
@require_POST
def call_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lets a loan that was called due run by its instalments again."""
    case = get_object_or_404(case_with_file(signed_in_user(request)), pk=pk)
    form = ReasonForm(request.POST)
    return take(
        request,
        form=form,
        run=lambda by: take_acceleration_back(case=case, reason=form.cleaned_data["reason"], by=by),
        done=_("Taken back: the loan is due by its instalments again."),
        next_href=lambda _key: case_file_href(case),
        page=lambda refused: case_file_answer(request, case, ("call_back", refused)),
    )
