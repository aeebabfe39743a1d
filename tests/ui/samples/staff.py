"""Contexts of what staff run the system with: bringing files in, portfolios, set-up, operations."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loans.imports.forms import UndoForm
from tests.ui.samples.imports import import_detail
from tests.ui.samples.marks import AT

ON = date(2026, 11, 22)


class UploadSample(forms.Form):
    """The fields of the upload, with choices that need no database."""

    portfolio = forms.ChoiceField(label=_("Portfolio"), choices=[("1", "恒通汽车金融")])
    kind = forms.ChoiceField(
        label=_("What is in the file?"), choices=[("loans", _("Loans")), ("parties", _("Parties"))]
    )
    file = forms.FileField(
        label=_("File"),
        help_text="CSV or Excel (.xlsx), at most 50 MB and 500,000 rows. UTF-8, GB18030 and others "
        "are recognised.",
    )


def import_upload(*, is_refused: bool = False) -> dict[str, Any]:
    form = UploadSample({"portfolio": "1", "kind": "loans"} if is_refused else None)
    return {
        "form": form,
        "list_href": "/imports/",
        "has_portfolio": True,
        "kinds": [
            Row(name=_("Parties"), required="customer number, name"),
            Row(name=_("Loans"), required="contract number, customer number, amount financed"),
            Row(name=_("Repayments"), required="contract number, counts from, amount"),
        ],
    }


class ColumnsSample(forms.Form):
    """The settings and columns of one file."""

    encoding = forms.ChoiceField(label=_("Encoding"), choices=[("", "found out: gb18030")])
    date_order = forms.ChoiceField(label=_("Order of dates"), choices=[("ymd", "year month day")])
    has_decimal_comma = forms.BooleanField(label=_("Decimal comma"), required=False)
    template = forms.CharField(label=_("Save as mapping"), required=False)
    column_0 = forms.ChoiceField(label="合同号", choices=[("contract_no", "contract number")])
    column_1 = forms.ChoiceField(label="姓名", choices=[("full_name", "name")])
    column_2 = forms.ChoiceField(label="备注", choices=[("", "left out")], required=False)


def import_columns() -> dict[str, Any]:
    form = ColumnsSample()
    shown = (
        ("合同号", "AF-2025-000123 · AF-2025-000124", ""),
        ("姓名", "张* · 欧***", "zh-Hans"),
        ("备注", "客****", "zh-Hans"),
    )
    return {
        "batch": Row(
            file_name="ledger_2026-11.csv", kind_name=_("Loans"), portfolio="恒通汽车金融"
        ),
        "stages": [
            Row(name=_("File"), note="", state="done", is_current=False),
            Row(name=_("Columns"), note="", state="running", is_current=True),
            Row(name=_("Check"), note="", state="waiting", is_current=False),
            Row(name=_("Load"), note="", state="waiting", is_current=False),
        ],
        "form": form,
        "detail_href": "/imports/1/",
        "header_row": 1,
        "missing": ["amount financed"],
        "reading_fields": [form["encoding"], form["date_order"]],
        "option_fields": [],
        "columns": [
            (
                Row(title=title, lang="zh-Hans", values=values, values_lang=lang),
                form[f"column_{at}"],
            )
            for at, (title, values, lang) in enumerate(shown)
        ],
    }


class LoadSample(forms.Form):
    """The decision at the foot of a check."""

    mode = forms.ChoiceField(
        label=_("What to load"),
        widget=forms.RadioSelect,
        choices=[
            ("good_rows", "Load the 48,116 good rows"),
            ("all_or_nothing", _("Load nothing unless every row is good")),
        ],
        initial="good_rows",
    )
    total = forms.CharField(label=_("Type the total to confirm"), required=False)


def import_checked() -> dict[str, Any]:
    sample = import_detail()
    head = vars(sample["batch"]) | {"is_running": False}
    return sample | {
        "batch": Row(**head),
        "load_form": LoadSample(),
        "load_href": "/imports/1/load/",
        "actions": Row(
            columns_href="#",
            again_href="",
            discard_href="#",
            undo_href="",
            bad_rows_href="#",
            bad_rows_csv_href="#",
        ),
    }


def import_undo(*, is_possible: bool = True) -> dict[str, Any]:
    touches = [Row(contract_no="AF-2025-000123", what=_("repayment"), at=AT)]
    return {
        "batch": Row(file_name="receipts.csv", kind_name=_("Repayments"), portfolio="恒通汽车金融"),
        "detail_href": "/imports/1/",
        "form": UndoForm(),
        "preview": Row(
            is_possible=is_possible,
            until=AT,
            lines=("1,204 entries are taken back: repayments", "1,180 loans are counted anew."),
            refusal="Something was built on this import since; undo that first.",
            touches=() if is_possible else touches,
        ),
    }


def portfolio_list() -> dict[str, Any]:
    def line(name: str, code: str, state: str, word: Any) -> Row:
        return Row(
            href="#",
            name=name,
            code=code,
            is_active=True,
            business_date=ON,
            ledger=_("the lender's own loan system"),
            loans="48,210",
            cases="1,204",
            feeds=(Row(feed="repayments", through_on=ON, age="1 day old", state="done"),),
            last_close_on=ON,
            last_close_state=state,
            last_close_name=word,
            last_close_href="#",
        )

    return {
        "new_href": "/portfolios/new/",
        "portfolios": [
            line("恒通汽车金融", "ht-auto", "done", _("done")),
            line("Lakeside Auto", "us-auto", "failed", _("failed")),
        ],
    }


class PortfolioSample(forms.Form):
    """Some settings of a portfolio."""

    name = forms.CharField(label=_("name"))
    grace_days = forms.IntegerField(label=_("grace days"))
    due_day_counts = forms.BooleanField(label=_("the due day itself is day 1"), required=False)
    rule_packs = forms.MultipleChoiceField(
        label=_("rule packs"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("CN", "China"), ("US-REGF", "Regulation F")],
        required=False,
    )


def portfolio() -> dict[str, Any]:
    form = PortfolioSample({"name": "", "grace_days": "3"})
    return {
        "portfolio": Row(name="恒通汽车金融", code="ht-auto", is_active=True),
        "back_href": "/portfolios/",
        "missing_packs": ["CN", "US-TCPA"],
        "form": form,
        "groups": [
            (
                _("How loans are counted"),
                _("A change counts all loans anew, with their bucket history."),
                list(form),
            ),
        ],
        "facts": [(_("Business date"), "2026-11-22"), (_("Currency"), "CNY")],
        "products": [Row(name="Auto loan", code="auto", href="#")],
        "product_href": "#",
        "ways": [
            Row(
                label="Bank transfer",
                label_zh="对公账户",
                kind=_("bank transfer"),
                text="Example Bank, account 9901 0000 1234 567\nReference {reference}",
                text_zh="示范银行，账号 9901 0000 1234 567\n附言 {reference}",
                retire_href="#",
            )
        ],
        "way_href": "#",
        "grants": [Row(name="Early stage", kind=_("team"), revoke_href="#")],
        "grant_form": None,
        "feeds": [Row(feed="repayments", through_on=ON, age="1 day old", state="done")],
    }


def checklist() -> dict[str, Any]:
    def step(number: int, title: Any, state: str, mark: str, word: Any, **more: Any) -> Row:
        usual = {"href": "#" if state in {"next", "open"} else "", "is_posted": False}
        return Row(
            number=number,
            code=f"s{number}",
            title=title,
            why=_("Portfolios are granted to teams, and cases are dealt to their agents."),
            state=state,
            mark=mark,
            state_name=word,
            button=title,
            **(usual | more),
        )

    return {
        "done": 1,
        "total": 4,
        "is_done": False,
        "hide_href": "#",
        "steps": [
            step(1, _("Found a team"), "done", "done", _("done")),
            step(2, _("Add people"), "next", "running", _("next")),
            step(3, _("Fill the holiday calendars"), "open", "waiting", _("open"), is_posted=True),
            step(4, _("Close the first day"), "blocked", "waiting", "waits for: Add people"),
        ],
    }


def operations() -> dict[str, Any]:
    return {
        "alarms": ["Lakeside Auto is 2 days behind.", "3 facts are set aside."],
        "closes_href": "/closes/",
        "outbox": Row(due_at=AT, is_late=True, lease_until=None, is_lease_over=False),
        "outbox_href": "/messages/",
        "closes": [
            Row(
                name="Lakeside Auto",
                code="us-auto",
                business_date=ON,
                behind_days=2,
                state="failed",
                state_name=_("failed"),
                run_href="#",
                last_done_on=ON,
                last_done_at=AT,
                error="disk full",
                resume_href="#",
            )
        ],
        "imports": [
            Row(
                href="#",
                file_name="ledger_2026-11.csv",
                portfolio="恒通汽车金融",
                what=_("loading"),
                percent=78,
                since=AT,
                fault="",
            )
        ],
        "steps": [
            Row(
                name="Age every loan to the end of the day #3",
                scope="us-auto",
                business_date=ON,
                state="uncertain",
                state_name=_("stuck: its process died"),
                started_at=AT,
                attempts=2,
                error="",
            )
        ],
        "schedule": [
            Row(
                name=_("Imports that wait"),
                every="every 1 min",
                last_at=AT,
                took="0.1 s",
                state="done",
                state_name=_("done"),
                error="",
            )
        ],
        "consumers": [
            Row(
                name="cases.follow_positions",
                reads="loans.PositionChange",
                state="uncertain",
                state_name=_("late"),
                waiting="1,204",
                oldest_at=AT,
                set_aside=3,
                error="",
                retry_href="#",
            )
        ],
        "workers": [
            Row(
                name="worker@a",
                kind_name=_("worker"),
                seen_at=AT,
                state="done",
                state_name=_("alive"),
            )
        ],
    }


def operations_first() -> dict[str, Any]:
    empty: dict[str, Any] = {
        name: [] for name in ("closes", "imports", "steps", "schedule", "consumers")
    }
    return empty | {
        "alarms": ["No worker was seen for five minutes. Nothing in the background runs."],
        "workers": [],
        "outbox": Row(due_at=None, is_late=False, lease_until=None, is_lease_over=False),
        "closes_href": "/closes/",
    }


STAFF_PAGES: dict[str, tuple[str, Any]] = {
    "import-upload": ("loans/imports/import_upload.html", import_upload),
    "import-upload-refused": (
        "loans/imports/import_upload.html",
        lambda: import_upload(is_refused=True),
    ),
    "import-upload-first": (
        "loans/imports/import_upload.html",
        lambda: import_upload() | {"has_portfolio": False},
    ),
    "import-columns": ("loans/imports/import_columns.html", import_columns),
    "import-checked": ("loans/imports/import_detail.html", import_checked),
    "import-undo": ("loans/imports/import_undo.html", import_undo),
    "import-undo-refused": (
        "loans/imports/import_undo.html",
        lambda: import_undo(is_possible=False),
    ),
    "portfolio-list": ("loans/portfolios/portfolio_list.html", portfolio_list),
    "portfolio-list-first": (
        "loans/portfolios/portfolio_list.html",
        lambda: portfolio_list() | {"portfolios": []},
    ),
    "portfolio": ("loans/portfolios/portfolio.html", portfolio),
    "setup": ("config/setup/checklist.html", checklist),
    "operations": ("config/operations/jobs.html", operations),
    "operations-first": ("config/operations/jobs.html", operations_first),
}
