"""Contexts of the pages of messages, drawn by the pages' own cells and forms."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from compliance.oversight.cells import Cell, ListRow
from compliance.oversight.forms import PortfolioForm
from compliance.oversight.reasons import Reason
from core.pages.parts import Tab
from notifications.outbox.flow import MessageState
from notifications.outbox.reasons import sentence, short_name
from notifications.oversight.channel_page import AccountLine
from notifications.oversight.forms import (
    HoldFilterForm,
    LimitsForm,
    MessageFilterForm,
    ReadForm,
    SettleForm,
    SwitchForm,
)
from notifications.oversight.hold_form import HoldForm
from notifications.oversight.message_filter import MessageFilters
from notifications.oversight.message_page import Fact, LifeEvent
from tests.ui.samples import accounts
from tests.ui.samples.marks import AT


class HoldSample(HoldForm):
    """The form of a hold, with a portfolio that needs no database."""

    portfolio = forms.ChoiceField(label=_lazy("Portfolio"), choices=[("1", "南方汽车金融")])

    def __init__(self, data: Any) -> None:
        forms.Form.__init__(self, data)

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data


_CHINESE = Cell("张*", lang="zh-Hans", is_masked=True)
_AMERICAN = Cell("M*** O***", is_masked=True)
_BOOKS = Cell("南方汽车金融 2026", lang="zh-Hans")
_CONTRACT = Cell("AF-20391", href="#")


def _frame(current: str) -> dict[str, Any]:
    names = (
        _("Outbox"),
        _("Batches"),
        _("Letters"),
        _("Replies"),
        _("Holds of messages"),
        _("Channels"),
    )
    return {"message_tabs": [Tab(name, "#", name == current) for name in names]}


def _table(headings: list[str], *rows: tuple[Cell, ...]) -> dict[str, Any]:
    return {
        "headings": headings,
        "rows": [ListRow(tuple(zip(headings, cells, strict=True))) for cells in rows],
        "shown": _("%(n)s rows on this page") % {"n": len(rows)},
        "first_href": "#",
        "next_href": "#",
    }


def _lines(headings: list[str], *rows: tuple[Cell, ...], **parts: str) -> dict[str, Any]:
    found = _table(headings, *rows)
    found["lines"] = [{"row": row, "token": "t", **parts} for row in found.pop("rows")]
    return found


def _form(form: Any) -> Any:
    form.is_valid()
    return form


def outbox(**changes: Any) -> dict[str, Any]:
    """A day with every kind of state in it."""
    counts = (204_118, 4, 2, 9_120, 188_004, 310, 41, 6_120, 388, 77)
    headings = [
        *(_("To be sent"), _("Person"), _("Contract"), _("What it is"), _("Channel")),
        *(_("State"), _("Portfolio"), _("Provider's reference")),
    ]
    held = sentence("held", {"reason": "措辞复核"})
    paid, broke_off = sentence("paid", {}), sentence("unclear", {"said": "timeout"})
    refused = sentence("gate", {"codes": "CN-HOURS-22-8, CN-NIGHT"})
    rows = [
        (MessageState.DELIVERED, "done", "", _CHINESE, "108^1734012345678"),
        (MessageState.SUPPRESSED, "", paid, _AMERICAN, ""),
        (MessageState.SUPPRESSED, "", refused, _CHINESE, ""),
        (MessageState.WAITING, "waiting", held, _AMERICAN, ""),
        (
            MessageState.UNCERTAIN,
            "uncertain",
            broke_off,
            _CHINESE,
            "",
        ),
    ]
    return {
        **_frame(_("Outbox")),
        **_table(
            headings,
            *(
                (
                    Cell(at=AT, href="#"),
                    who,
                    _CONTRACT,
                    Cell(_("past due")),
                    Cell("SMS"),
                    Cell(str(state.label), mark=mark, note=why),
                    _BOOKS,
                    Cell(ref),
                )
                for state, mark, why, who, ref in rows
            ),
        ),
        "states": [
            Tab(_("All"), "#", True, sum(counts)),
            *(Tab(s.label, "#", False, n) for s, n in zip(MessageState, counts, strict=True)),
        ],
        "reasons": [
            Tab(_("Whatever the reason"), "#", True),
            *(
                Tab(short_name(reason), "#", False, n)
                for reason, n in (("paid", 4_012), ("gate", 1_800), ("amount_changed", 308))
            ),
        ],
        "filter_form": _form(MessageFilterForm({}, portfolios=[])),
        "filters": MessageFilters(),
        "is_filtered": False,
        "list_href": "#",
        "export_href": "#",
        "most_rows": "100,000",
        **changes,
    }


def _life(*states: tuple[MessageState, str, str]) -> list[LifeEvent]:
    icons = {"waiting": "clock", "running": "upload", "uncertain": "warning", "done": "check"}
    return [
        LifeEvent(
            at=AT + timedelta(seconds=n),
            icon=icons[mark],
            mark=mark,
            state=str(state.label),
            why=why,
            by=Cell("Makegood"),
            verdict_href="#" if why else "",
        )
        for n, (state, mark, why) in enumerate(states)
    ]


def message(**changes: Any) -> dict[str, Any]:
    """A message that waited for its hour, went out and arrived."""
    version = _("version %(number)s") % {"number": 3}
    closed = sentence("gate_waits", {"codes": "CN-HOURS-22-8"})
    return {
        **_frame(_("Outbox")),
        "heading": _("past due").capitalize(),
        "state": Cell(str(MessageState.DELIVERED.label), mark="done"),
        "person": _CHINESE,
        "contracts": _CONTRACT,
        "portfolio": _BOOKS,
        "life": _life(
            (MessageState.WAITING, "waiting", ""),
            (MessageState.WAITING, "waiting", closed),
            (MessageState.SENDING, "running", ""),
            (MessageState.ACCEPTED, "done", ""),
            (MessageState.DELIVERED, "done", ""),
        ),
        "reasons": [
            Reason(
                code="CN-TALK-3D",
                sentence=_("A dispute is open"),
                citation="银发〔2026〕12号 第九条",
                pack="CN v4",
                binding=_("law"),
                denies=False,
                opens_at=None,
                release="",
                factors=(),
            )
        ],
        "verdict": Row(at=AT),
        "verdict_href": "#",
        "planned": [
            Fact(_("Planned"), Cell(at=AT, note="Makegood")),
            Fact(_("Batch"), Cell(_("Reminders of %(day)s") % {"day": "2026-11-22"}, href="#")),
            Fact(_("Strategy"), Cell("v7")),
            Fact(_("Line of the plan"), Cell("late@3")),
            Fact(_("About"), Cell("due:2026-11-19")),
            Fact(_("What was owed"), Cell("¥3,280.00")),
            Fact(_("Due"), Cell(on=date(2026, 11, 19))),
            Fact(_("To be sent"), Cell(at=AT)),
        ],
        "sent": [
            Fact(_("Channel"), Cell("SMS")),
            Fact(_("To"), Cell("138****5678", is_masked=True)),
            Fact(
                _("Wording"),
                Cell("逾期提醒", lang="zh-Hans", note=version),
            ),
            Fact(_("Our reference"), Cell("019abc3f0d2e7c10a4f10b2c3d4e5f60")),
            Fact(_("Provider's reference"), Cell("108^1734012345678")),
            Fact(_("Parts"), Cell("2")),
            Fact(_("Cost"), Cell("0.0900 CNY")),
        ],
        "has_text": True,
        "is_uncertain": False,
        "list_href": "#",
        "message_href": "#",
        "read_form": ReadForm(),
        "read_href": "#",
        "settle_form": None,
        "settle_href": "#",
        **changes,
    }


def message_uncertain() -> dict[str, Any]:
    """The call broke off; the form to settle it was sent without its ground."""
    form = _form(SettleForm({"token": "t", "outcome": "sent", "note": ""}))
    return message(
        state=Cell(
            str(MessageState.UNCERTAIN.label),
            mark="uncertain",
            note=sentence("unclear", {"said": "timeout"}),
        ),
        is_uncertain=True,
        settle_form=form,
    )


def message_read() -> dict[str, Any]:
    """The text in clear, for a minute."""
    said = Row(
        subject="", body="【南方金融】张先生，您尾号0391的合同已逾期，应还3,280.00元。退订回T"
    )
    return message(said=said, said_seconds=60)


def batches() -> dict[str, Any]:
    headings = [
        *(_("Planned at"), _("Batch"), _("For"), _("Portfolio"), _("Planned by"), _("Planned")),
        *(_("Sent"), _("Not sent"), _("State")),
    ]
    label = _("Reminders of %(day)s") % {"day": "2026-11-22"}
    running = Cell(_("%(n)s waiting") % {"n": "8,204"}, mark="running")
    rows = [
        ("12,480", "4,102", "174", running),
        ("9,310", "9,101", "209", Cell(_("done"), mark="done")),
    ]
    return {
        **_frame(_("Batches")),
        **_table(
            headings,
            *(
                (
                    Cell(at=AT, href="#"),
                    Cell(label),
                    Cell(on=date(2026, 11, 22)),
                    _BOOKS,
                    Cell("Makegood"),
                    Cell(planned),
                    Cell(sent),
                    Cell(stopped),
                    state,
                )
                for planned, sent, stopped, state in rows
            ),
        ),
        "filter_form": _form(PortfolioForm({}, portfolios=[])),
        "is_filtered": False,
        "list_href": "#",
    }


def batch(**changes: Any) -> dict[str, Any]:
    """A batch under way."""
    figures = (
        (_("Planned"), "12,480", "#"),
        (_("Sent"), "4,102", ""),
        (_("Waiting"), "8,204", ""),
        (_("Not sent, with a reason"), "174", ""),
    )
    return {
        **_frame(_("Batches")),
        "batch": Row(
            planned_for=date(2026, 11, 22),
            planned_by="Makegood",
            planned_at=AT,
            strategy_version="v7",
        ),
        "label": Cell(_("Reminders of %(day)s") % {"day": "2026-11-22"}),
        "portfolio": _BOOKS,
        "is_running": True,
        "percent": 34,
        "ending": Row(at=AT + timedelta(minutes=7), lacks_account=False),
        "figures": [{"label": a, "value": b, "href": c} for a, b, c in figures],
        "states": [
            {"label": state.label, "number": number, "href": "#"}
            for state, number in (
                (MessageState.WAITING, "8,204"),
                (MessageState.ACCEPTED, "812"),
                (MessageState.DELIVERED, "3,290"),
                (MessageState.SUPPRESSED, "174"),
            )
        ],
        "reasons": [
            {"label": short_name(reason), "number": number, "href": "#"}
            for reason, number in (("paid", "120"), ("gate", "54"))
        ],
        "refresh_href": "#",
        "list_href": "#",
        **changes,
    }


def batch_stopped() -> dict[str, Any]:
    return batch(ending=Row(at=None, lacks_account=True))


def replies(**changes: Any) -> dict[str, Any]:
    headings = [
        *(_("Received"), _("Person"), _("Contract"), _("Channel"), _("Wants"), _("What it says")),
        _("Dealt with"),
    ]
    said = (
        (_CHINESE, _("says it is paid"), Cell("昨天已经还款了，请核实", lang="zh-Hans")),
        (_AMERICAN, _("wants a call"), Cell("Please call me after five, I drive until then")),
    )
    return {
        **_frame(_("Replies")),
        **_lines(
            headings,
            *(
                (
                    Cell(at=AT),
                    who,
                    _CONTRACT,
                    Cell("SMS"),
                    Cell(wants),
                    words,
                    Cell(_("nobody yet"), mark="waiting"),
                )
                for who, wants, words in said
            ),
            handle_href="#",
        ),
        "lists": [Tab(_("To deal with"), "#", True, 2), Tab(_("Dealt with"), "#", False, 318)],
        "is_done": False,
        "may_handle": True,
        **changes,
    }


def holds(**changes: Any) -> dict[str, Any]:
    headings = [
        *(_("From"), _("Until"), _("Portfolio"), _("What is held"), _("Reason"), _("Set by")),
        _("Messages kept back"),
    ]
    return {
        **_frame(_("Holds of messages")),
        **_lines(
            headings,
            (
                Cell(at=AT),
                Cell(at=AT + timedelta(days=2)),
                _BOOKS,
                Cell(_("line %(step)s") % {"step": "late"}),
                Cell("措辞复核中", lang="zh-Hans"),
                Cell("陈敏", lang="zh-Hans"),
                Cell("1,204"),
            ),
            (
                Cell(at=AT),
                Cell(_("it is released")),
                _BOOKS,
                _CHINESE,
                Cell("Speaks with their lawyer on Monday"),
                Cell("Ben Ortiz"),
                Cell("2"),
            ),
            release_href="#",
        ),
        "lists": [Tab(_("In force"), "#", True, 2), Tab(_("Over"), "#", False, 14)],
        "filter_form": _form(HoldFilterForm({}, portfolios=[])),
        "is_filtered": False,
        "is_over": False,
        "list_href": "#",
        "new_href": "#",
        **changes,
    }


def hold_new(**changes: Any) -> dict[str, Any]:
    """The preview of a hold, with a field that lacks its value."""
    return {
        **_frame(_("Holds of messages")),
        "form": HoldSample({"portfolio": "1", "what": "step", "step": "late", "until": "x"}),
        "kept": 1204,
        "plan_lines": ["early", "late"],
        "list_href": "#",
        "preview_href": "#",
        "set_href": "#",
        **changes,
    }


def _account(**changes: Any) -> AccountLine:
    values: dict[str, Any] = {
        "href": "#",
        "name": Cell("阿里云短信", lang="zh-Hans"),
        "channel": "SMS",
        "adapter": "aliyun",
        "portfolio": _BOOKS,
        "mark": "done",
        "state": _("sends"),
        "since": "",
        "sent": "9,120",
        "refused": "31",
        "uncertain": "2",
        "delay": _("%(median)s s, %(p95)s s") % {"median": "3.1", "p95": "18.4"},
        "last_success_at": AT,
        "limits": _("%(rate)s a second, %(calls)s calls at once") % {"rate": 20, "calls": 4},
    }
    return AccountLine(**{**values, **changes})


def channels() -> dict[str, Any]:
    off = _account(
        name=Cell("Twilio US"),
        adapter="twilio",
        mark="failed",
        state=_("switched off"),
        since="Ben Ortiz: wrong amounts in the batch of 06:00",
        portfolio=Cell(_("every portfolio without its own")),
        delay="",
        last_success_at=None,
    )
    return {**_frame(_("Channels")), "accounts": [_account(), off], "new_href": "#"}


def channel() -> dict[str, Any]:
    kept = {"rate_per_second": 20, "parallel_calls": 4}
    return {
        **_frame(_("Channels")),
        "account": accounts.account_row(),
        **accounts.written(accounts.account_row()),
        "line": _account(),
        "switch_form": _form(SwitchForm({"token": "t", "is_on": "off", "reason": ""})),
        "switch_href": "#",
        "limits_form": LimitsForm(initial=kept),
        "limits_href": "#",
        "list_href": "#",
        "outbox_href": "#",
    }


_D = "notifications/oversight/"
MESSAGE_PAGES: dict[str, tuple[str, Any]] = {
    "outbox": (f"{_D}outbox.html", outbox),
    "outbox-filtered": (f"{_D}outbox.html", lambda: outbox(rows=[], is_filtered=True)),
    "outbox-first": (f"{_D}outbox.html", lambda: outbox(rows=[], reasons=[])),
    "message": (f"{_D}message.html", message),
    "message-uncertain": (f"{_D}message.html", message_uncertain),
    "message-read": (f"{_D}message.html", message_read),
    "batches": (f"{_D}batches.html", batches),
    "batch": (f"{_D}batch.html", batch),
    "batch-stopped": (f"{_D}batch.html", batch_stopped),
    "replies": (f"{_D}replies.html", replies),
    "replies-none": (f"{_D}replies.html", lambda: replies(lines=[])),
    "message-holds": (f"{_D}holds.html", holds),
    "message-holds-none": (f"{_D}holds.html", lambda: holds(lines=[])),
    "message-hold-new": (f"{_D}hold_new.html", hold_new),
    "message-hold-over": (f"{_D}hold_over.html", hold_new),
    "reply-over": (f"{_D}reply_over.html", hold_new),
    "channels": (f"{_D}channels.html", channels),
    "channel": (f"{_D}channel.html", channel),
    "account-kinds": (
        f"{_D}account_kinds.html",
        lambda: accounts.kinds(_frame(_("Channels"))),
    ),
    "account-new": (
        f"{_D}account_form.html",
        lambda: accounts.account_new(_frame(_("Channels")), "mail", "email", None),
    ),
    "account-new-refused": (
        f"{_D}account_form.html",
        lambda: accounts.account_new(
            _frame(_("Channels")), "twilio", "sms", {"webhook_secret": "short"}
        ),
    ),
    "account-edit": (
        f"{_D}account_form.html",
        lambda: accounts.account_edit(_frame(_("Channels"))),
    ),
    "account-secret": (
        f"{_D}account_secret.html",
        lambda: accounts.account_secret(_frame(_("Channels"))),
    ),
    "letters": (f"{_D}letters.html", lambda: accounts.letters(_frame(_("Letters")))),
    "letters-first": (
        f"{_D}letters.html",
        lambda: accounts.letters(_frame(_("Letters")), rows=[], waiting=[]),
    ),
    "letter-batch": (f"{_D}letter_batch.html", lambda: accounts.letter_batch(_frame(_("Letters")))),
    "letter-failed": (
        f"{_D}letter_failed.html",
        lambda: accounts.letter_failed(_frame(_("Letters"))),
    ),
}
