"""What stands beside the fields of a promise: where the loan would be, what is beyond the limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from collections_app.promises.consequence import Consequence, consequence_of
from collections_app.promises.forms import PromisePartsForm
from core.money import format_money

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The live line under the form, and what needs the team lead."""

    text: str = ""
    is_current: bool = False
    problem: str = ""
    beyond: tuple[str, ...] = ()
    shorten_to: date | None = None


def promise_form_context(form: PromisePartsForm) -> dict[str, Any]:
    """Returns what `promises/parts.html` is given, wherever the form stands."""
    return {
        "promise_form": form,
        "promise_outlook": outlook_of(form),
        "promise_outlook_href": reverse("desk:promise_outlook", args=[form.case.pk]),
        "promise_currency": form.case.portfolio.currency,
    }


def outlook_of(form: PromisePartsForm) -> Outlook:
    """Returns what the parts lead to, as far as they are filled in; an empty form's usual ones."""
    if not form.is_bound:
        usual = {form.add_prefix(name): value for name, value in form.initial.items()}
        form = PromisePartsForm(
            usual, case=form.case, user=form.user, prefix=form.prefix or "", limits=form.limits
        )
    form.is_valid()  # cleans it once: what was refused since is kept
    parts = form.parts()
    if not parts:
        return Outlook()
    beyond = form.excess
    text, is_current = _text(form, parts)
    return Outlook(
        text=text,
        is_current=is_current,
        problem="" if beyond else " ".join(str(error) for error in form.non_field_errors()),
        beyond=tuple(excess.sentence for excess in beyond),
        shorten_to=next((e.shorten_to for e in beyond if e.shorten_to), None),
    )


def _text(form: PromisePartsForm, parts: list[Any]) -> tuple[str, bool]:
    try:
        found = consequence_of(loan=form.case.loan, parts=parts)
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        # A loan whose facts contradict each other is set aside; its promise is taken all the same.
        log.warning("promise_outlook_failed", loan=str(form.case.loan_id), error=repr(error))
        return "", False
    return outlook_text(found, form.case.portfolio.currency), found.days_past_due == 0


def outlook_text(found: Consequence, currency: str) -> str:
    """Returns where the loan would stand, in a sentence."""
    language = get_language() or "en"
    words = {
        "amount": format_money(found.amount, currency, language),
        "day": date_format(found.by, _("D j M")),
        "left": format_money(found.past_due, currency, language),
        "days": found.days_past_due,
    }
    if found.days_past_due == 0:
        return _("%(amount)s by %(day)s brings the loan to 0 days past due.") % words
    text = ngettext(
        "%(amount)s by %(day)s leaves %(left)s past due (%(days)d day).",
        "%(amount)s by %(day)s leaves %(left)s past due (%(days)d days).",
        found.days_past_due,
    )
    return text % words
