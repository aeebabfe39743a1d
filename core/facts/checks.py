"""The start-up check that every fact table is append-only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error

from core.facts.models import FactModel


def check_facts_are_append_only(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """Reports fact models whose own Meta dropped the triggers."""
    wanted = {trigger.name for trigger in FactModel._meta.triggers}  # type: ignore[attr-defined]
    for model in apps.get_models():
        if not issubclass(model, FactModel) or model._meta.proxy:
            continue
        present = {trigger.name for trigger in getattr(model._meta, "triggers", [])}
        if not wanted <= present:
            yield Error(
                f"{model._meta.label} is a fact but can be changed: its triggers are missing.",
                hint="Write `class Meta(FactModel.Meta):`, and add to its triggers with "
                "`triggers = [*append_only(), ...]`.",
                obj=model,
                id="core.E001",
            )
