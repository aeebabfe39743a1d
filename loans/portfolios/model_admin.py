"""Configuration pages of this app: what a service refuses is shown in its own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.forms import ModelForm

from accounts.access.model_admin import ConfigurationAdmin
from core.audit import Actor
from loans.portfolios.refusals import Refused


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Turns a refusal of our services into the kind of error an admin page shows."""
    try:
        yield
    except Refused as refused:
        raise ValidationError(refused.sentence, code=refused.code) from refused


class LoansConfigurationAdmin(ConfigurationAdmin):
    """Needs the right to change configuration; refusals of the services become messages."""

    change_right: ClassVar[str] = "config.change"

    def write(self, *, obj: Any, form: ModelForm[Any], by: Actor, change: bool) -> None:
        with refusals_shown():
            super().write(obj=obj, form=form, by=by, change=change)

    def remove(self, *, obj: Any, by: Actor) -> None:
        with refusals_shown():
            super().remove(obj=obj, by=by)
