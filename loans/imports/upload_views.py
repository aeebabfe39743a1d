"""Taking a file in, in the browser: the upload, and what its columns are."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from core.audit import Actor
from loans.imports import presentation, progress
from loans.imports.errands import OPEN_STATES, ask_check
from loans.imports.files import opened_file
from loans.imports.forms import ColumnsForm, UploadForm, initial_of, refusal_on
from loans.imports.kinds import find_kind
from loans.imports.models import ImportBatch
from loans.imports.problems import ImportRefused
from loans.imports.queries import imports_for
from loans.imports.requests import ImportOutcome
from loans.imports.sample import look_into
from loans.imports.uploads import receive_file
from loans.imports.wishes import save_wish, wish_of
from loans.portfolios.refusals import Refused


@requires("import.run")
@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request: HttpRequest) -> HttpResponse:
    """Takes a file in; what is in it is looked at next."""
    user = signed_in_user(request)
    initial = {name: request.GET.get(name, "") for name in ("portfolio", "kind")}
    form = UploadForm(request.POST or None, request.FILES or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            outcome = receive_file(
                portfolio=data["portfolio"],
                kind=data["kind"],
                content=data["file"].file,
                name=data["file"].name,
                user=user,
            )
        except ImportRefused as refusal:
            refusal_on(form, "file", refusal)
        else:
            return _after_upload(request, outcome)
    status = 422 if form.is_bound and form.errors else 200
    context = {
        "form": form,
        "list_href": reverse("imports:list"),
        "kinds": presentation.kind_lines(),
        "has_portfolio": form.fields["portfolio"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return TemplateResponse(request, "loans/imports/import_upload.html", context, status=status)


def _after_upload(request: HttpRequest, outcome: ImportOutcome) -> HttpResponse:
    batch = outcome.batch
    if outcome.was_loaded_before:
        messages.info(
            request,
            _("This file is here already, as %(name)s. Nothing was taken in twice.")
            % {"name": batch.file_name},
        )
        return _see(reverse("imports:detail", args=[batch.pk]))
    if batch.wish:
        messages.info(request, _("The columns are known from a file before; the check runs."))
        return _see(reverse("imports:detail", args=[batch.pk]))
    return _see(reverse("imports:columns", args=[batch.pk]))


@requires("import.run")
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Shows the headers with a few values, and takes what each of them is."""
    batch = _batch(request, import_id)
    if batch.state not in OPEN_STATES or batch.errand or batch.stored_file is None:
        messages.info(request, _("The file is being read or loaded; its columns stand."))
        return _see(reverse("imports:detail", args=[batch.pk]))
    try:
        form = _columns_form(request, batch)
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
        return _see(reverse("imports:detail", args=[batch.pk]))
    if form.is_bound and form.is_valid():
        refused = _ask_check(request, batch, form)
        if refused is None:
            return _see(reverse("imports:detail", args=[batch.pk]))
        form.add_error(None, refused)
    return _columns_page(request, batch, form)


def _columns_form(request: HttpRequest, batch: ImportBatch) -> ColumnsForm:
    """The form of a file as it reads with the sheet and encoding that are chosen now."""
    kind, wish = find_kind(batch.kind), wish_of(batch)
    sheet = request.POST.get("sheet", wish.sheet)
    encoding = request.POST.get("encoding", wish.encoding)
    with opened_file(batch) as path:
        sample = look_into(
            kind=kind,
            path=path,
            file_name=batch.file_name,
            mapped=wish.headers,
            sheet=sheet,
            encoding=encoding,
        )
    is_look = request.POST.get("action") == "look"
    bound = request.POST if request.method == "POST" and not is_look else None
    initial = initial_of(wish, kind) | {"sheet": sheet, "encoding": encoding}
    return ColumnsForm(bound, kind=kind, sample=sample, initial=initial)


def _ask_check(request: HttpRequest, batch: ImportBatch, form: ColumnsForm) -> str | None:
    """Keeps the columns and asks for the check; returns why not, where it is refused."""
    user, wish = signed_in_user(request), form.wish()
    try:
        if wish.template:
            save_wish(batch=batch, wish=wish, by=Actor.of(user))
        ask_check(batch=batch, wish=wish, user=user)
    except (ImportRefused, Refused) as refusal:
        return str(refusal)
    return None


def _columns_page(request: HttpRequest, batch: ImportBatch, form: ColumnsForm) -> HttpResponse:
    context = {
        "batch": progress.batch_head(batch),
        "stages": presentation.stages(batch),
        "form": form,
        "detail_href": reverse("imports:detail", args=[batch.pk]),
        "header_row": form.sample.header_row,
        "columns": [
            (presentation.sample_column(column), field) for column, field in form.column_fields
        ],
        "reading_fields": [
            form[name]
            for name in ("sheet", "encoding", "date_order", "through_on")
            if name in form.fields
        ],
        "option_fields": form.option_fields,
        "missing": [str(form.kind.column(name).label) for name in form.sample.missing],
    }
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "loans/imports/import_columns.html", context, status=status)


def _batch(request: HttpRequest, import_id: UUID) -> ImportBatch:
    return get_object_or_404(imports_for(signed_in_user(request)), pk=import_id)


def _see(address: str) -> HttpResponseRedirect:
    """After a write: see the other page, by GET."""
    return HttpResponseRedirect(address, status=303)
