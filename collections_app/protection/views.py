"""Taking the pause that is offered, going on without it, coming back early."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access.decorators import requires, signed_in_user
from collections_app.protection.models import Pause
from collections_app.protection.services import answer_pause, end_pause
from core.audit.actors import Actor


@requires("case.work")
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begins the pause, or goes on; the next person is an easier one either way."""
    user = signed_in_user(request)
    pause = get_object_or_404(Pause.objects.visible_to(user).filter(agent=user), pk=pk)
    takes_it = request.POST.get("answer") == "pause"
    try:
        answer_pause(pause=pause, takes_it=takes_it, by=Actor.of(user))
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
    else:
        if not takes_it:
            messages.success(request, _("The next person will be an easier one."))
    return redirect("desk:my_cases")


@requires("case.work")
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Comes back before the pause is over."""
    user = signed_in_user(request)
    pause = get_object_or_404(Pause.objects.visible_to(user).filter(agent=user), pk=pk)
    try:
        end_pause(pause=pause, by=Actor.of(user))
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Welcome back. The next person will be an easier one."))
    return redirect("desk:my_cases")
