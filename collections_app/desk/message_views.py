"""Writing to the borrower from the case: choose, read what would leave, send it now or not."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.case_row import case_for
from collections_app.desk.holding import Held, LeaseLost, own_token, who_has, write_held
from collections_app.desk.message_form import MessageForm
from collections_app.desk.message_page import Choice, message_context
from collections_app.desk.verdicts import present
from collections_app.messages.services import MessageRefused, send_message
from core.htmx import redirect_whole_page
from core.idempotency import KeyReused


@requires("message.send")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def write_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows what may be sent and how it would read; a POST sends what was read, once."""
    user = signed_in_user(request)
    try:
        case = case_for(user, pk)
    except Case.DoesNotExist:
        raise Http404 from None
    choice = Choice(case)
    if request.method != "POST":
        asked = request.GET.dict()
        closed = _("The case is over; nothing is sent from it.")
        refusal = closed if case.state != CaseState.OPEN else ""
        return _answer(request, choice, choice.form(asked), asked, refusal=refusal)
    asked = request.POST.dict()
    form = choice.form(asked, request.POST)
    if not form.is_valid():
        return _answer(request, choice, form, asked, status=422)
    try:
        write_held(
            scope=f"write_message:{user.pk}",
            key=form.cleaned_data["token"] or "none",
            content={name: asked.get(name, "") for name in ("wording", "place")},
            agent=user,
            case=case,
            lease=form.cleaned_data["lease"],
            write=lambda: _send(request, case, form),
        )
    except MessageRefused as refused:
        said = present(refused.decision)
        refusal = " ".join(part for part in (said.answer, said.until, said.why) if part)
        return _answer(request, choice, form, asked, refusal=refusal, status=422)
    except ValidationError as refused:
        refusal = " ".join(refused.messages)
        return _answer(request, choice, form, asked, refusal=refusal, status=422)
    except (Held, LeaseLost) as taken:
        return _answer(request, choice, form, asked, refusal=who_has(taken, case), status=409)
    except KeyReused:
        refusal = _("This was sent before, in other words; see the timeline.")
        return _answer(request, choice, form, asked, refusal=refusal, status=409)
    messages.success(request, _("On its way: the timeline says what becomes of it."))
    # Without a fragment: to one of its own parts a page would jump, and not be loaded anew.
    return redirect_whole_page(request, reverse("desk:case", args=[pk]))


def _send(request: HttpRequest, case: Case, form: MessageForm) -> str:
    user = signed_in_user(request)
    message = send_message(
        case=case,
        template=form.chosen_wording(),
        place=form.chosen_place(),
        by=user,
    )
    return str(message.pk)


def _answer(
    request: HttpRequest,
    choice: Choice,
    form: MessageForm,
    asked: Mapping[str, str],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    is_part = request.htmx and request.htmx.target == "message"  # type: ignore[attr-defined]
    template = "collections_app/desk/message.html" + ("#message" if is_part else "")
    context = message_context(choice, form, asked, refusal=refusal)
    party_id = choice.case.borrower_id
    context |= {"lease_token": own_token(party_id=party_id, user=signed_in_user(request))}
    return TemplateResponse(request, template, context, status=status)
