"""Records about a person that no section tells of, found by what they point to.

A concept that is new, or that nobody wrote a section for, is not silently missing: each of its
rows that leads to the person, to one of their loans or to a case of these is told field by field.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.encryption.fields import SealedField
from core.exports import Column, Row, Said, Section
from core.files import StoredFile
from loans.borrowers.dossier import Subject, opened, yes_no
from loans.borrowers.models import Party
from loans.contracts.models import Loan

_APPS: Final = ("loans", "compliance", "notifications", "collections_app", "reporting")
#: Derived from facts that are told, or kept for the machinery alone: nothing was said or done.
_LEFT_OUT: Final = frozenset(
    {
        *("loans.Position", "loans.PositionChange", "loans.Instalment", "loans.Allocation"),
        *("loans.ReplayDifference", "loans.PaymentInstruction", "loans.LoanParty"),
        *("reporting.BookLine", "reporting.EventLine"),
        *("collections_app.WorkItem", "collections_app.Draft", "collections_app.Lease"),
    }
)
#: How many steps a row may lie away from the person: a line of a visit, the visit, its case.
_STEPS: Final = 3
_PLUMBING: Final = frozenset({"id", "xid", "data_key", "batch"})


def other_records(subject: Subject, *, told: Collection[str]) -> Section:
    """Returns the rows of every model that leads to the person and that `told` does not name."""
    rows: list[Row] = []
    records: dict[str, list[object]] = {}
    for model in _models(told):
        found = list(_rows_of(model, subject))
        records[model._meta.label] = [row.pk for row in found]
        rows += [_told(subject, row) for row in found]
    return Section(
        key="other-records",
        heading=_("Other records"),
        columns=[
            Column(_("what")),
            Column(_("at")),
            Column(_("details")),
            Column(_("record"), kind="id"),
        ],
        rows=rows,
        records=records,
    )


def _models(told: Collection[str]) -> Iterator[type[models.Model]]:
    for app in _APPS:
        for model in apps.get_app_config(app).get_models():
            label = model._meta.label
            if label not in told and label not in _LEFT_OUT and not model._meta.auto_created:
                yield model


def _rows_of(model: type[models.Model], subject: Subject) -> QuerySet[Any]:
    """The rows that lead to the person's own loans, or to the person and no other loan."""
    paths = list(_paths(model, _STEPS, frozenset()))
    about_loan, about_person = Q(), Q()
    loans = [path for path, to in paths if to is Loan]
    people = [path for path, to in paths if to is Party]
    for path in loans:
        about_loan |= Q(**{f"{path}__in": subject.own_loans})
    if people:
        for path in people:
            about_person |= Q(**{path: subject.party.pk})
        for path in loans:
            about_person &= Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__in": subject.loans})
    if not loans and not people:
        return model._default_manager.none()
    keys = model._default_manager.filter(about_loan | about_person if people else about_loan)
    found = model._default_manager.filter(pk__in=keys.order_by().values("pk"))
    return found.order_by("pk")


def _paths(
    model: type[models.Model], steps: int, seen: frozenset[str]
) -> Iterator[tuple[str, type[models.Model]]]:
    """Ways along foreign keys from a model to people and loans, the shortest of each."""
    for field in model._meta.concrete_fields:
        to = field.related_model
        if not field.is_relation or not isinstance(to, type) or to._meta.label in seen:
            continue
        if to in (Party, Loan):
            yield field.name, to
        elif steps > 1 and to._meta.app_label in _APPS and to._meta.label not in _LEFT_OUT:
            onward = seen | {model._meta.label, to._meta.label}
            for path, end in _paths(to, steps - 1, onward):
                yield f"{field.name}__{path}", end


def _told(subject: Subject, row: models.Model) -> Row:
    parts = []
    for field in row._meta.concrete_fields:
        if field.name in _PLUMBING or _is_plumbing(field):
            continue
        value = _value(subject, row, field)
        if value:
            parts.append(f"{field.verbose_name}: {value}")
    return (
        str(capfirst(str(row._meta.verbose_name))),
        _moment(row),
        Said("; ".join(parts)),
        str(row.pk),
    )


def _is_plumbing(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.BinaryField) and not isinstance(field, SealedField)


def _moment(row: models.Model) -> datetime | None:
    """The first moment a row holds: when it was made, or said."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.DateTimeField) and (found := getattr(row, field.attname)):
            return found if isinstance(found, datetime) else None
    return None


def _value(subject: Subject, row: models.Model, field: models.Field[Any, Any]) -> str:
    value = getattr(row, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(field, SealedField):
        return opened(subject.party, row, field.name)
    if field.is_relation:
        return _related(subject, row, field, value)
    if isinstance(value, bool):
        return yes_no(value)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(field, ArrayField):
        return ", ".join(map(str, value))
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value)


def _related(subject: Subject, row: models.Model, field: models.Field[Any, Any], value: Any) -> str:
    """People by what they are called here, loans by contract, staff by name, the rest by number."""
    to = field.related_model
    if to is Party:
        return subject.who(value)
    if to is Loan:
        return subject.loans.get(value, "")
    if to is StoredFile:  # the file itself stays sealed here; a copy is told by its hash
        return f"SHA-256 {getattr(row, field.name).sha256}"
    if isinstance(to, type) and to._meta.app_label == "accounts":
        return str(getattr(row, field.name))
    return str(value)
