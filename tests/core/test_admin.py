"""Admin: it looks, and what it writes is recorded."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from core.audit import SYSTEM, AuditEntry, record
from core.audit.admin import AuditedConfigAdmin, ViewOnlyModelAdmin
from core.audit.sealer import seal_trail
from core.calendars import CalendarDay, HolidayCalendar, ensure_standard_calendars, load
from core.encryption import new_data_key

pytestmark = pytest.mark.django_db

CONFIGURATION = {HolidayCalendar, CalendarDay}
CORE_MODELS = list(apps.get_app_config("core").get_models())


@pytest.fixture
def request_of_admin():
    user = get_user_model()(email="ada@example.com", full_name="Ada Yu", role="administrator")
    request = RequestFactory().post("/")
    request.user = user
    return request


@pytest.mark.parametrize("model", CORE_MODELS, ids=lambda model: model.__name__)
def test_every_model_is_shown_and_only_configuration_is_changed(model, request_of_admin):
    shown = admin.site.get_model_admin(model)
    configurable = model in CONFIGURATION

    assert isinstance(shown, AuditedConfigAdmin if configurable else ViewOnlyModelAdmin)
    assert shown.has_view_permission(request_of_admin)
    assert shown.has_add_permission(request_of_admin) is configurable
    assert shown.has_change_permission(request_of_admin) is configurable
    assert shown.has_delete_permission(request_of_admin) is configurable


@pytest.mark.parametrize("model", CORE_MODELS, ids=lambda model: model.__name__)
def test_no_key_or_sealed_value_is_on_a_form(model, request_of_admin):
    fields = admin.site.get_model_admin(model).get_fields(request_of_admin)
    assert not {"wrapped", "sealed_name", "leaves", "result"} & set(fields)


def test_lists_and_details_render(request_of_admin):
    record(action="case.open", by=SYSTEM, object_type="t", object_id=1)
    new_data_key()
    ensure_standard_calendars(by=SYSTEM)
    for model in CORE_MODELS:
        shown = admin.site.get_model_admin(model)
        request = RequestFactory().get("/")
        request.user = request_of_admin.user
        assert len(shown.get_changelist_instance(request).result_list) == model.objects.count()
        for obj in model.objects.all():
            for name in shown.get_readonly_fields(request, obj):
                getattr(shown, name, lambda obj: None)(obj)


def make_form(model, request, **values):
    shown = admin.site.get_model_admin(model)
    form = shown.get_form(request)(values)
    assert form.is_valid(), form.errors
    return shown, form


def test_calendar_day_is_written_by_its_service_and_recorded(request_of_admin):
    ensure_standard_calendars(by=SYSTEM)
    calendar = HolidayCalendar.objects.get(code="CN")
    shown, form = make_form(
        CalendarDay,
        request_of_admin,
        calendar=calendar.pk,
        on="2026-03-04",
        kind="holiday",
        name="Flood",
        source="Board decision",
    )

    day = form.save(commit=False)
    shown.save_model(request_of_admin, day, form, change=False)
    assert not load("CN").is_working(date(2026, 3, 4))
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.action, entry.actor_kind) == ("calendar.set_day", "user")

    shown.delete_queryset(request_of_admin, CalendarDay.objects.all())
    assert load("CN").is_working(date(2026, 3, 4))
    assert AuditEntry.objects.order_by("-pk")[0].action == "calendar.remove_day"


def test_calendar_change_is_recorded_with_before_and_after(request_of_admin):
    ensure_standard_calendars(by=SYSTEM)
    calendar = HolidayCalendar.objects.get(code="US")
    shown = admin.site.get_model_admin(HolidayCalendar)
    form = shown.get_form(request_of_admin, calendar)(
        {
            "code": "US",
            "name": "Federal",
            "country": "US",
            "subdivision": "",
            "weekend_days": "5,6",
        },
        instance=calendar,
    )
    assert form.is_valid(), form.errors
    before = load("US")

    shown.save_model(request_of_admin, form.save(commit=False), form, change=True)

    entry = AuditEntry.objects.order_by("-pk")[0]
    assert entry.action == "holidaycalendar.change"
    assert entry.data == {"fields": {"name": ["United States, federal holidays", "Federal"]}}
    assert load("US") == before
    assert HolidayCalendar.objects.get(code="US").name == "Federal"


def test_refused_record_undoes_the_write(request_of_admin, monkeypatch):
    ensure_standard_calendars(by=SYSTEM)
    calendar = HolidayCalendar.objects.get(code="US")
    shown = admin.site.get_model_admin(HolidayCalendar)

    def refuse(**values):
        raise RuntimeError("no trail")

    monkeypatch.setattr("core.audit.admin.record", refuse)
    with pytest.raises(RuntimeError, match="no trail"):
        shown.delete_model(request_of_admin, calendar)
    assert HolidayCalendar.objects.filter(code="US").exists()


@pytest.mark.django_db(transaction=True)
def test_seal_shows_its_hash_as_text():
    record(action="case.open", by=SYSTEM, object_type="t", object_id=1)
    seal_trail()
    from core.audit import AuditSeal

    seal = AuditSeal.objects.get()
    assert admin.site.get_model_admin(AuditSeal).head(seal) == bytes(seal.hash).hex()
