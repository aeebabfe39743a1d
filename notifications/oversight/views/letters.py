"""Letters: what waits to be printed, the batches, and what became of each letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.oversight.cells import name, row_of
from compliance.oversight.tiles import grouped
from compliance.registers.entries import Entry, answer
from compliance.registers.entries import posted as bound
from core.audit import Actor
from loans.portfolios.models import Portfolio
from notifications.channels.models import ChannelAccount
from notifications.letters.models import LetterBatch
from notifications.letters.posting import mark_failed, mark_posted
from notifications.letters.queries import batches_of_letters, letter_for, letters_of, waiting_of
from notifications.letters.services import MOST_LETTERS, print_batch, read_batch
from notifications.oversight.forms import FailedForm, PostedForm
from notifications.oversight.letter_table import (
    batch_of_letters_columns,
    letter_batch_href,
    letter_columns,
    posted_cell,
)
from notifications.oversight.pages import frame, page_of, table

_BATCH = "notifications/oversight/letter_batch.html"


@requires("message.view")
@require_GET
@never_cache
def letters(request: HttpRequest) -> HttpResponse:
    """What waits to be printed, account by account, and every batch with its state."""
    user = signed_in_user(request)
    here = reverse("messages:letters")
    found, paging = page_of(request, rows=batches_of_letters(user), at="made_at", address=here)
    may_manage = has_right(user, "letter.manage")
    context = {
        **frame(request, "messages:letters"),
        **table(batch_of_letters_columns(), found),
        **paging,
        "waiting": [
            {
                "name": name(row.account.name),
                "count": row.count,
                "since": row.since,
                "print_href": reverse("messages:letters_print", args=[row.account.pk])
                if may_manage and row.count
                else "",
            }
            for row in waiting_of(user)
        ],
        "most": MOST_LETTERS,
        "list_href": here,
    }
    return TemplateResponse(request, "notifications/oversight/letters.html", context)


@requires("letter.manage")
@require_POST
def print_waiting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Makes one batch of what waits at an account; with nothing waiting it says so."""
    user = signed_in_user(request)
    account = get_object_or_404(
        ChannelAccount.objects.visible_to(user).filter(adapter="letters"), pk=pk
    )
    made = print_batch(
        account=account, by=Actor.of(user), portfolios=Portfolio.objects.visible_to(user)
    )
    if made is None:
        messages.error(request, _("Nothing waits to be printed here."))
        return redirect("messages:letters")
    said = ngettext("%(n)s letter is printed.", "%(n)s letters are printed.", made.letter_count)
    messages.success(request, said % {"n": grouped(made.letter_count)})
    return redirect(letter_batch_href(made))


@requires("message.view")
@require_GET
@never_cache
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One batch: its letters page by page, its file, and when it was posted."""
    return TemplateResponse(request, _BATCH, _context(request, _scoped(request, pk)))


@requires("letter.manage")
@require_POST
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The kept PDF, byte for byte as it was made; the trail says who took it."""
    file_name, content = read_batch(
        batch=_scoped(request, pk), by=Actor.of(signed_in_user(request))
    )
    return FileResponse(
        content, as_attachment=True, filename=file_name, content_type="application/pdf"
    )


@requires("letter.manage")
@require_POST
def posted(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes the day the batch went to the post; the same answer twice counts once."""
    found = _scoped(request, pk)
    form = PostedForm(request.POST)
    entry = Entry(
        template=_BATCH,
        form=form,
        save=lambda by: mark_posted(batch=found, on=form.cleaned_data["on"], by=by),
        done=_("Noted. Every message of the batch says so."),
        next_href=letter_batch_href(found),
    )
    entry.context.update(_context(request, found) | {"posted_form": form})
    return answer(request, entry)


@requires("letter.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def failed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes that one letter was not posted or came back; its message follows."""
    letter = get_object_or_404(letter_for(user=signed_in_user(request), pk=pk))
    assert letter.batch is not None  # by the query
    form = FailedForm(bound(request))
    columns = letter_columns()[:4]
    entry = Entry(
        template="notifications/oversight/letter_failed.html",
        form=form,
        save=lambda by: mark_failed(
            letter=letter,
            failure=form.cleaned_data["failure"],
            note=form.cleaned_data["note"],
            by=by,
        ),
        done=_("Noted. The message says so."),
        next_href=letter_batch_href(letter.batch),
        context={
            **frame(request, "messages:letters"),
            "row": row_of(columns, letter),
            "list_href": letter_batch_href(letter.batch),
        },
    )
    return answer(request, entry)


def _scoped(request: HttpRequest, pk: UUID) -> LetterBatch:
    return get_object_or_404(batches_of_letters(signed_in_user(request)), pk=pk)


def _context(request: HttpRequest, found: LetterBatch) -> dict[str, Any]:
    may_manage = has_right(signed_in_user(request), "letter.manage")
    columns = letter_columns()
    return {
        **frame(request, "messages:letters"),
        "batch": found,
        "account": name(found.account.name),
        "made_by": name(found.made_by),
        "state": posted_cell(found),
        "headings": [column.heading for column in columns],
        "lines": [
            {
                "row": row_of(columns, letter),
                "fail_href": reverse("messages:letter_failed", args=[letter.pk])
                if may_manage and not letter.failure
                else "",
            }
            for letter in letters_of(found)
        ],
        "may_manage": may_manage,
        "file_href": reverse("messages:letters_file", args=[found.pk]) if may_manage else "",
        "posted_form": PostedForm() if may_manage and found.posted_on is None else None,
        "posted_href": reverse("messages:letters_posted", args=[found.pk]),
        "list_href": reverse("messages:letters"),
    }
