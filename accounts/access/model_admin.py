"""Two kinds of admin pages: records one can look at, and configuration that services write.

There is no second write path: a page that writes names the right it needs and the service it
calls, and everything else is read-only.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from core.audit import Actor
from core.audit.admin import AuditedConfigAdmin, ViewOnlyModelAdmin


class ScopedFilter(admin.RelatedFieldListFilter):
    """Offers only what the reader may see: the names of other portfolios are theirs alone."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        rows = visible_rows(field.remote_field.model, request)
        return [(str(row.pk), str(row)) for row in rows]


def visible_rows(model: type[models.Model], request: HttpRequest) -> models.QuerySet[Any]:
    """Returns the rows of a model that the reader may see; all of one without a scope."""
    rows = model._default_manager.all()
    return rows.visible_to(request.user) if isinstance(rows, ScopedQuerySet) else rows


class ScopedRows:
    """Shows rows inside the reader's scope, to those whose role may look here.

    A model without a scope of its own names the relation that has one in `scoped_through`.
    """

    view_right: ClassVar[str] = "admin.view"
    scoped_through: ClassVar[str] = ""
    model: type[models.Model]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        if isinstance(rows, ScopedQuerySet):
            return rows.visible_to(request.user)
        if self.scoped_through:
            related: Any = self.model._meta.get_field(self.scoped_through).related_model
            return rows.filter(**{f"{self.scoped_through}__in": visible_rows(related, request)})
        return rows

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Narrows every filter by a relation to what the reader may see."""
        named = super().get_list_filter(request)  # type: ignore[misc]
        return [(entry, ScopedFilter) if self._leads_to_rows(entry) else entry for entry in named]

    def _leads_to_rows(self, entry: Any) -> bool:
        if not isinstance(entry, str):
            return False
        field = get_fields_from_path(self.model, entry)[-1]
        return field.is_relation

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offers in a form only what the reader may see."""
        kwargs.setdefault("queryset", visible_rows(db_field.remote_field.model, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_right(request.user, self.view_right)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_right(request.user, self.view_right)


class RecordAdmin(ScopedRows, ViewOnlyModelAdmin):
    """Look, but do not touch."""


class ConfigurationAdmin(ScopedRows, AuditedConfigAdmin):
    """Writes through services, which record what they do.

    A subclass names `change_right` and defines `save_by_service` (and `remove_by_service`, with
    `can_remove`). A refusal of the service is shown in its own words and nothing is written.
    """

    change_right: ClassVar[str]
    can_remove: ClassVar[bool] = False
    list_per_page = 50

    def save_by_service(self, *, form: ModelForm[Any], instance: Any | None, by: Actor) -> Any:
        """Stores the cleaned form and returns the object; `instance` is None for a new one."""
        raise NotImplementedError(f"{type(self).__name__} must call a service to save.")

    def remove_by_service(self, *, instance: Any, by: Actor) -> None:
        """Deletes through a service."""
        raise NotImplementedError(f"{type(self).__name__} must call a service to remove.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_right(request.user, self.change_right)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_right(request.user, self.change_right)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_remove and has_right(request.user, self.change_right)

    def write(self, *, obj: Any, form: ModelForm[Any], by: Actor, change: bool) -> None:
        # The form has already put its values on `obj`: the service gets the row as it is stored.
        stored = self.model._default_manager.get(pk=obj.pk) if change else None
        saved = self.save_by_service(form=form, instance=stored, by=by)
        obj.__dict__.update(saved.__dict__)

    def remove(self, *, obj: Any, by: Actor) -> None:
        self.remove_by_service(instance=obj, by=by)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Services store the whole object; there is nothing left to write here."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ValidationError as refusal:
            return self._show_refusal(request, refusal)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except ValidationError as refusal:
            return self._show_refusal(request, refusal)

    def _show_refusal(self, request: HttpRequest, refusal: ValidationError) -> HttpResponse:
        for sentence in refusal.messages:
            messages.error(request, sentence)
        return HttpResponseRedirect(request.get_full_path())
