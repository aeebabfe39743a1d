"""The names of the close's steps as people read them."""

from __future__ import annotations

from django.utils.translation import gettext as _


def step_name(name: str) -> str:
    """The name of a step as people read it."""
    names = {
        "age_positions": _("Age every loan to the end of the day"),
        "sync_cases": _("Open, end and deal cases"),
        "judge_promises": _("Judge the promises by the money received"),
        "judge_plans": _("Judge the plans by their instalments"),
        "plan_messages": _("Plan the messages of the day that begins"),
        "advance_business_date": _("Move the books to the next day"),
    }
    return names.get(name, name)
