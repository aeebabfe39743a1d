"""Contexts of the callbacks' pages, and of their panel on a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.callbacks.forms import CallbackFilterForm, CancelForm
from collections_app.callbacks.presentation import CallbackRow
from tests.ui.samples.claiming import lease_mine
from tests.ui.samples.marks import AT, tabs

_CASE = {
    "case_href": "/cases/1/",
    "contract_no": "AF-20391",
    "borrower": {"name": "欧阳*", "lang": "zh-Hans"},
}


class _WhenForm(forms.Form):
    """The forms with a moment, without the numbers they read from the database."""

    when = forms.CharField(
        label=_("When"),
        help_text=_("On their clock: t 10, fri 15:30, +2h, 2026-12-01 10:00."),
        initial="t 10",
    )
    contact_point = forms.ChoiceField(
        label=_("Number"), required=False, choices=[("1", "138****5678 · 欧阳*")]
    )
    whose = forms.ChoiceField(
        label=_("Who calls"), choices=[("mine", _("me")), ("team", _("the team"))]
    )
    is_wish = forms.BooleanField(
        label=_("The person asked to be called then"), required=False, initial=True
    )
    reason = forms.CharField(label=_("Why"), required=False)
    note = forms.CharField(label=_("Note"), required=False)
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)


def row(**changes: Any) -> CallbackRow:
    usual: dict[str, Any] = {
        "pk": UUID(int=1),
        "case_href": "/cases/1/",
        "contract_no": "AF-20391",
        "borrower": "欧阳*",
        "lang": "zh-Hans",
        "when": "10:30",
        "offset": "UTC+8",
        "here": "03:30 here",
        "masked": "138****5678",
        "owner": "Li Na",
        "owner_lang": "",
        "is_team": False,
        "note": "下班后再打，不要打给家人",
        "note_lang": "zh-Hans",
        "mark": "waiting",
        "state_name": _("agreed"),
        "detail": _("agreed by %(who)s") % {"who": "Li Na"},
        "is_late": False,
        "reschedule_href": "/callbacks/1/reschedule/",
        "cancel_href": "/callbacks/1/cancel/",
        "take_href": "",
    }
    return CallbackRow(**(usual | changes))


def rows() -> list[CallbackRow]:
    return [
        row(),
        row(
            contract_no="US-00417",
            borrower="O. J.",
            lang="",
            when="Fri 15:30",
            offset="UTC-5",
            here="",
            note="",
            masked="",
            owner=str(_("the team")),
            is_team=True,
            take_href="/callbacks/2/take/",
        ),
        row(mark="failed", state_name=_("missed"), is_late=True, when="09:15"),
        row(mark="running", state_name=_("tried, not reached"), is_late=True, when="09:45"),
    ]


def over() -> list[CallbackRow]:
    nothing = {"reschedule_href": "", "cancel_href": "", "take_href": ""}
    return [
        row(mark="done", state_name=_("met"), detail="22 Nov 10:31", **nothing),
        row(
            mark="uncertain",
            state_name=_("ended with the case"),
            detail=f"21 Nov 18:00 · {_('arrears paid')}",
            **nothing,
        ),
    ]


def _list(**changes: Any) -> dict[str, Any]:
    form = CallbackFilterForm()
    form.offer([("1", "Li Na"), ("2", "Chen Wei")], [("cn", "恒通汽车金融"), ("us", "Lakeside")])
    return {
        "views": tabs(
            (_("Mine"), 3),
            (_("The team's"), 1),
            (_("Missed"), 1),
            (_("All agreed"), 9),
            (_("Over"), None),
        ),
        "rows": rows(),
        "show": "mine",
        "filter_form": form,
        "list_href": "/callbacks/",
        "clear_href": "/callbacks/?show=mine",
        "nothing": _("You owe nobody a call."),
        "as_of": AT + timedelta(minutes=1),
        "shown": _("%(number)d shown") % {"number": 4},
        "next_href": "/callbacks/?after=x",
        **changes,
    }


def _form(form: forms.Form, *leave_out: str, **changes: Any) -> dict[str, Any]:
    for name in leave_out:
        del form.fields[name]
    return {
        **_CASE,
        "heading": _("Move a callback"),
        "act": _("Move it"),
        "form": form,
        "zone_label": "UTC+8",
        "callback": row(),
        **changes,
    }


def _refused(*leave_out: str) -> dict[str, Any]:
    form = _WhenForm({"when": "22:30", "whose": "mine"})
    context = _form(form, *leave_out, nearest="2026-11-24 08:00", nearest_text="tomorrow 08:00")
    form.full_clean()
    form.add_error("when", _("Outside calling hours, 08:00 to 22:00 where the person is"))
    return context


def panel() -> dict[str, Any]:
    """What a case is given of its callbacks."""
    form = _WhenForm(auto_id="callback_%s")
    del form.fields["reason"]
    return {
        "callbacks": rows()[:2],
        "callbacks_over": over(),
        "callback_form": form,
        "callback_href": "/cases/1/callbacks/",
        "callback_zone": "UTC+8",
    }


#: What differs on the page where a callback is agreed on, not moved.
_NEW = {
    "heading": _("Agree on a callback"),
    "act": _("Agree"),
    "callback": None,
    **lease_mine(),
}

_AT = "collections_app/callbacks"
CALLBACK_PAGES: dict[str, tuple[str, Any]] = {
    "callbacks": (f"{_AT}/list.html", _list),
    "callbacks-over": (f"{_AT}/list.html", lambda: _list(rows=over(), is_over=True, show="over")),
    "callbacks-none": (f"{_AT}/list.html", lambda: _list(rows=[], filter_form=None)),
    "callbacks-filtered": (f"{_AT}/list.html", lambda: _list(rows=[], is_filtered=True)),
    "callback-new": (
        f"{_AT}/agree.html",
        lambda: _form(_WhenForm(), "reason", **_NEW),
    ),
    "callback-refused": (f"{_AT}/agree.html", lambda: _refused("reason") | _NEW),
    "callback-move": (
        f"{_AT}/agree.html",
        lambda: _form(_WhenForm(), "contact_point", "whose", "note"),
    ),
    "callback-move-refused": (
        f"{_AT}/agree.html",
        lambda: _refused("contact_point", "whose", "note"),
    ),
    "callback-cancel": (f"{_AT}/cancel.html", lambda: _form(CancelForm({}))),
}
