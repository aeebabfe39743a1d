"""Every page of the administration as every role: in scope, masked, and nothing to write by."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.access.admin_groups import GROUPS, REST
from accounts.access.model_admin import ScopedRows
from accounts.access.rights import RIGHTS, Role
from accounts.access.scope import ScopedQuerySet
from accounts.models import User
from core.audit import Actor
from core.audit.admin import AuditedConfigAdmin, ViewOnlyModelAdmin
from core.encryption.fields import SealedField
from loans.contracts.rows import VehicleRow
from loans.portfolios.services import grant_portfolio
from tests.collections_app.builders import build_desk
from tests.loans.builders import CLERK, build_loan, build_party, build_portfolio, us_party_row

pytestmark = pytest.mark.django_db

REGISTRY = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
EACH = [pytest.param(model, page, id=model._meta.label) for model, page in REGISTRY]
LOOKING = [role for role in RIGHTS if "admin.view" in RIGHTS[role]]
#: What must never stand on a page of the administration: sealed, or masked wherever shown.
CANARIES = (
    "2125550142",
    "+12125550142",
    "(212) 555-0142",
    "Maria.Ortiz@example.com",
    "12 Elm Street",
    "1985-03-09",
    "1HGCM82633A004352",
)
CAR = VehicleRow(vin="1HGCM82633A004352", make="Honda", model="Accord")


def url(model: Any, name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def reader(role: str) -> User:
    return User.objects.create_user(f"{role}@lender.example", full_name=role.title(), role=role)


def request_of(user: User) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.parametrize(("model", "page"), EACH)
def test_a_page_is_a_record_or_configuration_and_in_scope(model, page):
    assert isinstance(page, ViewOnlyModelAdmin | AuditedConfigAdmin)
    if isinstance(model._default_manager.all(), ScopedQuerySet):
        assert isinstance(page, ScopedRows), "its list must pass through visible_to"
    elif model._meta.app_label != "core" and not model._meta.label.startswith("compliance.Rule"):
        relations = [f.name for f in model._meta.fields if f.is_relation]
        if {"loan", "party", "case", "run", "attempt", "portfolio", "batch"} & set(relations):
            assert page.scoped_through, "name the relation that has the scope"


@pytest.mark.parametrize("role", LOOKING)
@pytest.mark.parametrize(("model", "page"), EACH)
def test_only_configuration_is_written_and_only_with_its_right(model, page, role):
    request = request_of(User(email="x@lender.example", role=role))
    may = {
        page.has_add_permission(request),
        page.has_change_permission(request),
        page.has_delete_permission(request),
    }

    if isinstance(page, ViewOnlyModelAdmin):
        assert may == {False}
    if role == Role.AUDITOR:
        assert may == {False}
    right = getattr(page, "change_right", "config.change")
    if right not in RIGHTS[role]:
        assert may == {False}


@pytest.mark.parametrize(("model", "page"), EACH)
def test_nothing_is_deleted_by_a_list(model, page):
    request = request_of(User(email="x@lender.example", role=Role.ADMINISTRATOR))

    assert "delete_selected" not in page.get_actions(request)


@pytest.mark.parametrize(("model", "page"), EACH)
def test_no_sealed_value_is_on_a_page(model, page):
    request = request_of(User(email="x@lender.example", role=Role.ADMINISTRATOR))
    sealed = {f.name for f in model._meta.fields if isinstance(f, SealedField)}
    shown = {*page.get_list_display(request), *page.get_fields(request, model())}

    assert not sealed & shown


def test_every_record_stands_in_a_group_of_the_first_page(client):
    named = {name for _key, _words, names in GROUPS for name in names}

    assert named == {model._meta.label for model, _page in REGISTRY}
    client.force_login(reader(Role.ADMINISTRATOR))
    html = client.get("/admin/").content.decode()
    assert str(REST[1]) not in html
    assert html.count('class="record-group"') == len(GROUPS)


@pytest.fixture
def two_books() -> tuple[Any, Any]:
    """A portfolio with everything a case has, and another one nobody here is granted."""
    desk = build_desk()
    build_loan(
        desk.cast.portfolio,
        party=build_party(desk.cast.portfolio, **vars_of(us_party_row())),
        contract_no="MINE-1",
        vehicles=(CAR,),
    )
    other = build_portfolio()
    build_loan(
        other,
        party=build_party(other, **vars_of(us_party_row())),
        contract_no="THEIRS-1",
        vehicles=(CAR,),
    )
    return desk.cast.portfolio, other


def vars_of(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def crawl(client: Client, user: User) -> dict[str, str]:
    """Every list with a row's page and history behind it, by address."""
    pages: dict[str, str] = {"/admin/": client.get("/admin/").content.decode()}
    for model, page in REGISTRY:
        if not page.has_view_permission(request_of(user)):
            assert client.get(url(model, "changelist")).status_code == 403
            continue
        queries = [{}]
        if getattr(page, "loan_path", ""):
            queries.append({"q": "MINE-1"})
        for query in queries:
            answer = client.get(url(model, "changelist"), query)
            assert answer.status_code == 200, (model, query)
            address = f"{url(model, 'changelist')}?{query}"
            pages[address] = answer.content.decode()
            for link in re.findall(r'href="(/admin/[^"]+/change/)[^"]*"', pages[address])[:2]:
                shown = client.get(link)
                assert shown.status_code == 200, link
                pages[link] = shown.content.decode()
    return pages


@pytest.mark.parametrize("role", LOOKING)
def test_a_crawl_shows_nobody_in_clear_and_no_other_portfolio(client, two_books, role):
    mine, other = two_books
    user = reader(role)
    grant_portfolio(portfolio=mine, user=user, by=Actor.of(user))
    client.force_login(user)

    pages = crawl(client, user)

    assert len(pages) > 60
    assert any("MINE-1" in html for html in pages.values())
    for address, html in pages.items():
        leaked = [canary for canary in CANARIES if canary in html]
        assert not leaked, f"{address} shows {leaked}"
    if role == Role.MANAGER:
        for address, html in pages.items():
            assert "THEIRS-1" not in html, address
            assert other.code not in re.findall(r"\bp\d+\b", html), address


def test_a_row_of_another_portfolio_is_not_there(client, two_books):
    mine, other = two_books
    user = reader(Role.MANAGER)
    grant_portfolio(portfolio=mine, user=user, by=CLERK)
    client.force_login(user)
    loan = other.loans.get()

    for model, page in REGISTRY:
        if not getattr(page, "loan_path", "") or not page.has_view_permission(request_of(user)):
            continue
        if model._meta.model_name in {"instalment", "allocation"}:
            theirs: list[Any] = []
        elif page.loan_path == "pk":
            theirs = [loan.pk]
        else:
            path = page.loan_path.replace("case__", "case__")
            theirs = list(
                model._default_manager.filter(**{path: loan}).values_list("pk", flat=True)
            )
        for key in theirs[:2]:
            for name in ("change", "history", "delete"):
                answer = client.get(url(model, name, key))
                assert answer.status_code in {302, 403, 404}, (model, name)
        found = client.get(url(model, "changelist"), {"q": "THEIRS-1"})
        # The page repeats what was searched for, in its field and in the links of its filters.
        shown = re.sub(r'(value="|q=)THEIRS-1', "", found.content.decode())
        assert "THEIRS-1" not in shown, model
