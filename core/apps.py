"""The app of what has no word of the domain."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Foundations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.facts.checks import check_facts_are_append_only
        from core.schema.checks import check_database_came_far_enough

        checks.register(check_facts_are_append_only, checks.Tags.models)
        checks.register(check_database_came_far_enough, checks.Tags.database)
