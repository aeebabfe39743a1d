"""Admin that looks and does not touch, and admin of configuration whose writes are recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.audit.actors import Actor
from core.audit.models import AuditEntry, AuditSeal
from core.audit.record_lists import BoundedChangeList, BoundedPaginator, holding
from core.audit.services import record


class ViewOnlyModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows a model; whoever has the view permission sees it and nobody changes it here.

    Newest first by the key, which every table has in order, and found by the whole value of one
    of `found_by`, which must be indexed: tests ask PostgreSQL for the plan of every list.
    """

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    ordering: ClassVar[Any] = ("-pk",)
    sortable_by: ClassVar[Any] = ()
    found_by: ClassVar[tuple[str, ...]] = ()
    search_help_text = _("Type the whole number or code: parts of one are not searched.")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return BoundedChangeList

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return self.found_by

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        value = search_term.strip()
        if not value:
            return queryset, False
        found = queryset.filter(holding(self.model, fields=self.found_by, value=value))
        return found, False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuditedConfigAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Edits configuration; each write and its line in the trail are one transaction.

    A model with rules of its own overrides `write` and `remove` and calls its service there.
    """

    actions = None
    # Fields whose values never go into the trail; that they changed does.
    unrecorded_fields: tuple[str, ...] = ()

    def write(self, *, obj: Any, form: ModelForm[Any], by: Actor, change: bool) -> None:
        """Stores one object and records it."""
        obj.save()
        data = {"fields": self._changes(form)}
        self._record("change" if change else "add", obj=obj, by=by, data=data)

    def remove(self, *, obj: Any, by: Actor) -> None:
        """Deletes one object and records it."""
        key = obj.pk
        obj.delete()
        obj.pk = key
        self._record("delete", obj=obj, by=by, data={"was": str(obj)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            self.write(obj=obj, form=form, by=Actor.of(request.user), change=change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            self.remove(obj=obj, by=Actor.of(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for obj in queryset:
                self.remove(obj=obj, by=Actor.of(request.user))

    def _changes(self, form: ModelForm[Any]) -> dict[str, list[str]]:
        changes = {}
        for name in form.changed_data:
            before = str(form.initial.get(name, ""))
            after = _text(form.cleaned_data.get(name, ""))
            # Some widgets call a field changed that reads the same before and after.
            if before != after:
                recorded = name not in self.unrecorded_fields
                changes[name] = [before, after] if recorded else ["(not recorded)"] * 2
        return changes

    def _record(self, verb: str, *, obj: Any, by: Actor, data: Mapping[str, object]) -> None:
        record(
            action=f"{obj._meta.model_name}.{verb}",
            by=by,
            object_type=obj._meta.label,
            object_id=obj.pk,
            portfolio_id=getattr(obj, "portfolio_id", None),
            data=data,
        )


def _text(value: object) -> str:
    return str(value.pk) if isinstance(value, models.Model) else str(value)


@admin.register(AuditEntry)
class AuditEntryAdmin(ViewOnlyModelAdmin):
    list_display = ("at", "actor_label", "action", "object_type", "object_id", "count")
    list_filter = ("at",)
    found_by = ("object_id", "actor_id")


@admin.register(AuditSeal)
class AuditSealAdmin(ViewOnlyModelAdmin):
    list_display = ("number", "entry_count", "sealed_at", "head")
    exclude = ("leaves", "root", "previous", "hash")
    readonly_fields = ("head",)

    @admin.display(description=_("SHA-256"))
    def head(self, seal: AuditSeal) -> str:
        return bytes(seal.hash).hex()
