"""The list of the rows behind a number, and the ways from one week to the other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.access.decorators import has_right, signed_in_user
from compliance.oversight.forms import WeekForm, week_label
from compliance.oversight.measures import Measure
from compliance.oversight.pages import listed
from compliance.oversight.queries import number_of, rows_of
from compliance.oversight.services import MOST_ROWS
from compliance.oversight.tiles import grouped
from compliance.oversight.week_filter import WeekFilter


def rows_context(
    request: HttpRequest, measure: Measure, form: WeekForm, *, here: str = "", show: str = ""
) -> dict[str, Any]:
    """Returns what the list of the rows behind a number is given.

    Arguments: here, the address of a page that shows several such lists; show, which one.
    """
    user = signed_in_user(request)
    chosen = form.chosen()
    here = here or reverse("oversight:rows", args=[measure.code])
    address = f"{here}?{chosen.query_string(show=show)}"
    may_export = has_right(user, "export.run")
    return {
        **week_links(form, chosen, show=show),
        **listed(
            request,
            kind=measure.kind,
            rows=rows_of(user=user, measure=measure, chosen=chosen),
            at=measure.at,
            address=address,
        ),
        "heading": measure.title,
        "formula": measure.formula,
        "total": grouped(number_of(user=user, measure=measure, chosen=chosen)),
        "rule": chosen.rule,
        "without_rule_href": f"{here}?{chosen.query_string(show=show, rule='')}",
        "back_href": f"{reverse('oversight:week')}?{chosen.query_string(rule='')}",
        "export_href": f"{reverse('oversight:export', args=[measure.code])}?{chosen.query_string()}"
        if may_export
        else "",
        "most_rows": grouped(MOST_ROWS),
    }


def week_links(form: WeekForm, chosen: WeekFilter, *, show: str = "") -> dict[str, Any]:
    """Returns the filters and the ways to the weeks before and after."""
    later = chosen.week.after
    return {
        "filter_form": form,
        "week": week_label(chosen.week),
        "before_href": f"?{chosen.query_string(week=chosen.week.before.name, show=show)}",
        "after_href": f"?{chosen.query_string(week=later.name, show=show)}"
        if later.monday <= max(form.latest.monday, form.this_week.monday)
        else "",
    }
