"""The page on which an agent takes an open promise back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.case_row import case_for
from collections_app.desk.holding import held_line, write_form
from collections_app.desk.people import lang_of, shown_name
from collections_app.desk.promise_form import CancelPromiseForm
from collections_app.promises.models import Promise
from collections_app.promises.services import cancel_promise
from core.audit.actors import Actor


@requires("promise.cancel")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancel(request: HttpRequest, pk: UUID, promise_pk: UUID) -> HttpResponse:
    """Asks why, and takes the promise back together with what was to be said about it."""
    user = signed_in_user(request)
    try:
        case = case_for(user, pk)
    except Case.DoesNotExist:
        raise Http404 from None
    promise = get_object_or_404(case.loan.promises, pk=promise_pk)
    here = reverse("desk:case", args=[case.pk])
    form, status = CancelPromiseForm(request.POST or None), 422
    if request.method == "POST" and form.is_valid():
        answer, status = write_form(
            request,
            form,
            scope="cancel_promise",
            case=case,
            user=user,
            write=lambda: _cancel(promise, form, user),
        )
        if answer is not None:
            messages.success(request, _("Taken back. What was to be said about it is withdrawn."))
            return redirect(here)
    context = {
        "case_href": here,
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "promise": promise,
        "currency": case.portfolio.currency,
        "form": form,
        **held_line(form, case=case, user=user),
    }
    status = status if form.is_bound else 200
    template = "collections_app/desk/cancel_promise.html"
    return TemplateResponse(request, template, context, status=status)


def _cancel(promise: Promise, form: CancelPromiseForm, user: User) -> str:
    cancel_promise(promise=promise, reason=form.cleaned_data["reason"], by=Actor.of(user))
    return str(promise.pk)
