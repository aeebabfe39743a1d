"""Portfolios in the browser: the list, one with its settings, products and grants."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.decorators import check_right, has_right, requires, signed_in_user
from core.audit import Actor
from loans.portfolios import presentation, services
from loans.portfolios.forms import BucketSchemeForm
from loans.portfolios.models import Portfolio, PortfolioGrant
from loans.portfolios.notes import notes_by_portfolio
from loans.portfolios.page_forms import (
    COUNTING,
    FIXED,
    OTHER,
    PROMISES,
    GrantForm,
    PortfolioForm,
    ProductPageForm,
)
from loans.portfolios.queries import portfolio_summaries
from loans.portfolios.refusals import Refused

WRITE = ["GET", "HEAD", "POST"]


@requires("config.view")
@require_safe
def portfolio_list(request: HttpRequest) -> HttpResponse:
    """Every portfolio one may see: where its books are, its feeds, its loans and cases."""
    user = signed_in_user(request)
    summaries = portfolio_summaries(user)
    notes = notes_by_portfolio([summary.portfolio.pk for summary in summaries])
    return TemplateResponse(
        request,
        "loans/portfolios/portfolio_list.html",
        {
            "portfolios": [presentation.portfolio_line(row, notes) for row in summaries],
            "new_href": reverse("portfolios:new") if has_right(user, "config.change") else "",
        },
    )


@requires("config.change")
@require_http_methods(WRITE)
def new_portfolio(request: HttpRequest) -> HttpResponse:
    """Opens a portfolio; its product comes next."""
    form = PortfolioForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = Actor.of(signed_in_user(request))
        data = form.cleaned_data
        try:
            with transaction.atomic():
                made = services.create_portfolio(
                    **{name: data[name] for name in FIXED if name != "customer_namespace"},
                    bucket_scheme=services.scheme_by_code(code=data["bucket_scheme"], by=by),
                    settings=form.settings_values(),
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("%(name)s is open. Add its product next.") % data)
            return _see("portfolios:detail", made.code)
    return _form_page(request, form, title=_("New portfolio"))


@requires("config.view")
@require_http_methods(WRITE)
def portfolio(request: HttpRequest, code: str) -> HttpResponse:
    """One portfolio with its products and grants; its settings can be changed by some."""
    found = _portfolio(request, code)
    can_change = has_right(request.user, "config.change")
    if request.method == "POST":
        return _change(request, found)
    form = PortfolioForm(instance=found) if can_change else None
    return _portfolio_page(request, found, form=form)


def _change(request: HttpRequest, found: Portfolio) -> HttpResponse:
    check_right(request.user, "config.change")
    form = PortfolioForm(request.POST, instance=found)
    if form.is_valid() and form.changed_data:
        stored = _portfolio(request, found.code)
        try:
            services.change_portfolio(
                portfolio=stored,
                changes=form.changed_settings,
                by=Actor.of(signed_in_user(request)),
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Saved."))
            if form.counts_anew:
                messages.info(
                    request,
                    _("The loans are counted anew: at once up to 2,000, else with the next close."),
                )
            return _see("portfolios:detail", found.code)
    elif not form.errors:
        messages.info(request, _("Nothing was changed."))
        return _see("portfolios:detail", found.code)
    return _portfolio_page(request, found, form=form, status=422)


@requires("config.change")
@require_http_methods(WRITE)
def add_product(request: HttpRequest, code: str) -> HttpResponse:
    """Adds a product to a portfolio."""
    found = _portfolio(request, code)
    form = ProductPageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.create_product(
                portfolio=found,
                code=data["code"],
                name=data["name"],
                conventions=data["conventions"],
                by=Actor.of(signed_in_user(request)),
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Saved."))
            return _see("portfolios:detail", found.code)
    return _product_page(request, found, form, title=_("New product"))


@requires("config.change")
@require_http_methods(WRITE)
def product(request: HttpRequest, code: str, product_code: str) -> HttpResponse:
    """Renames a product or changes how its loans are counted."""
    found = _portfolio(request, code)
    stored = get_object_or_404(found.products, code=product_code)
    form = ProductPageForm(request.POST or None, product=stored)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.change_product(
                product=stored,
                name=data["name"],
                conventions=data["conventions"],
                by=Actor.of(signed_in_user(request)),
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Saved."))
            return _see("portfolios:detail", found.code)
    return _product_page(request, found, form, title=stored.name)


@requires("config.change")
@require_POST
def add_grant(request: HttpRequest, code: str) -> HttpResponse:
    """Lets a team or a person see a portfolio."""
    found = _portfolio(request, code)
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            services.grant_portfolio(
                portfolio=found, by=Actor.of(signed_in_user(request)), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Granted."))
            return _see("portfolios:detail", found.code, at="#grants")
    settings_form = PortfolioForm(instance=found)
    return _portfolio_page(request, found, form=settings_form, grant_form=form, status=422)


@requires("config.change")
@require_POST
def revoke(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Takes a grant back."""
    found = _portfolio(request, code)
    grant = get_object_or_404(
        PortfolioGrant.objects.visible_to(signed_in_user(request)), portfolio=found, pk=pk
    )
    services.revoke_grant(grant=grant, by=Actor.of(signed_in_user(request)))
    messages.success(request, _("The grant was taken back."))
    return _see("portfolios:detail", found.code, at="#grants")


@requires("config.change")
@require_http_methods(WRITE)
def new_scheme(request: HttpRequest) -> HttpResponse:
    """Makes a bucket scheme of one's own; it never changes afterwards."""
    form = BucketSchemeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = Actor.of(signed_in_user(request))
        try:
            services.create_bucket_scheme(by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("The bucket scheme can be chosen now."))
            return HttpResponseRedirect(reverse("portfolios:list"), status=303)
    return _simple_page(
        request, form, title=_("New bucket scheme"), back_href=reverse("portfolios:list")
    )


def _portfolio(request: HttpRequest, code: str) -> Portfolio:
    return get_object_or_404(Portfolio.objects.visible_to(signed_in_user(request)), code=code)


def _see(name: str, *args: Any, at: str = "") -> HttpResponseRedirect:
    """After a write: see the page, by GET."""
    return HttpResponseRedirect(reverse(name, args=args) + at, status=303)


def _form_page(request: HttpRequest, form: PortfolioForm, *, title: str) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "groups": _groups(form),
        "back_href": reverse("portfolios:list"),
        "scheme_href": reverse("portfolios:new_scheme"),
    }
    status = 422 if form.is_bound and form.errors else 200
    template = "loans/portfolios/portfolio_new.html"
    return TemplateResponse(request, template, context, status=status)


def _portfolio_page(
    request: HttpRequest,
    found: Portfolio,
    *,
    form: PortfolioForm | None,
    grant_form: GrantForm | None = None,
    status: int = 200,
) -> HttpResponse:
    can_change = has_right(request.user, "config.change")
    stored = _portfolio(request, found.code)
    context = presentation.portfolio_page(stored, can_change=can_change) | {
        "form": form,
        "groups": _groups(form) if form else [],
        "grant_form": (grant_form or GrantForm()) if can_change else None,
    }
    template = "loans/portfolios/portfolio.html"
    return TemplateResponse(request, template, context, status=status)


def _product_page(
    request: HttpRequest, found: Portfolio, form: ProductPageForm, *, title: str
) -> HttpResponse:
    back = reverse("portfolios:detail", args=[found.code])
    return _simple_page(request, form, title=title, back_href=back, note=found.name)


def _simple_page(
    request: HttpRequest, form: Any, *, title: str, back_href: str, note: str = ""
) -> HttpResponse:
    context = {"title": title, "form": form, "back_href": back_href, "note": note}
    status = 422 if form.is_bound and form.errors else 200
    template = "loans/portfolios/simple_form.html"
    return TemplateResponse(request, template, context, status=status)


def _groups(form: PortfolioForm) -> list[tuple[str, str, list[Any]]]:
    """The fields of a portfolio under their headings, each with what to know about it."""
    headings = (
        (_("What it is"), "", FIXED),
        (
            _("How loans are counted"),
            _("A change counts all loans anew, with their bucket history."),
            COUNTING,
        ),
        (
            _("Promises to pay"),
            _("For promises taken from now on; what is promised already keeps its terms."),
            PROMISES,
        ),
        (_("Working with it"), "", (*OTHER, "is_active")),
    )
    return [
        (heading, note, fields)
        for heading, note, names in headings
        if (fields := [form[name] for name in names if name in form.fields])
    ]
