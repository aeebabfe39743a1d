"""Contexts of the imports."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Any

from django.utils.translation import gettext_lazy as _

from tests.ui.samples.marks import AT, tabs


def import_list() -> dict[str, Any]:
    def batch(name: str, state: str, word: Any, **more: Any) -> Row:
        blank = {
            "row_count": "48,210",
            "new_count": "47,902",
            "updated_count": "214",
            "refused_count": "94",
        }
        return Row(
            href="/imports/1/",
            file_name=name,
            kind_name=_("loans"),
            portfolio="恒通汽车金融",
            state=state,
            state_name=word,
            created_at=AT,
            by="He Min",
            **(blank | more),
        )

    return {
        "summary": "12 files this month",
        "states": tabs(
            (_("All"), 12),
            (_("To decide"), 1),
            (_("Loading"), 1),
            (_("Loaded"), 9),
            (_("Refused"), 1),
        ),
        "batches": [
            batch("ledger_2026-11.csv", "uncertain", _("to decide")),
            batch("receipts_2026-11-22.xlsx", "running", _("loading"), refused_count=0),
            batch("贷款台账十月.xlsx", "done", _("loaded"), refused_count=0),
            batch(
                "contacts.csv",
                "failed",
                _("refused"),
                new_count=None,
                updated_count=None,
                refused_count=None,
                row_count=None,
            ),
        ],
        "shown": "1–4 of 12",
        "next_href": "?after=4",
    }


def import_detail() -> dict[str, Any]:
    return {
        "list_href": "/imports/",
        "batch": Row(
            file_name="ledger_2026-11.csv",
            kind_name=_("loans"),
            portfolio="恒通汽车金融",
            is_written=False,
            is_running=True,
            by="He Min",
            created_at=AT,
            error="",
            remedy="",
            progress_text="37,531 of 48,116 rows",
            progress_percent=78,
            refresh_href="/imports/1/progress/",
            sha256="9f2c4ab1d0e7733b0c1f6ae2b8d49d5c1be0a7fd6a3e3b52c5c7e6b8f1a2e41a",
        ),
        "stages": [
            Row(name=_("File"), note="48,210 rows", state="done", is_current=False),
            Row(name=_("Columns"), note="14 of 15 mapped", state="done", is_current=False),
            Row(name=_("Check"), note="94 rows to decide", state="running", is_current=True),
            Row(name=_("Load"), note="", state="waiting", is_current=False),
        ],
        "figures": [
            Row(state="allowed", tone="success", label=_("new loans"), value="47,902"),
            Row(state="running", tone="info", label=_("will update"), value="214"),
            Row(state="stopped", tone="danger", label=_("refused"), value="94"),
        ],
        "control_totals": [
            Row(label=_("Rows"), stated="48,210", read="48,210", agrees=True, difference=""),
            Row(
                label=_("Past due"),
                stated="¥41,203,118.22",
                read="¥41,199,838.22",
                agrees=False,
                difference="¥3,280.00",
            ),
            Row(
                label=_("Principal"),
                stated=None,
                read="¥812,004,551.10",
                agrees=False,
                difference="",
            ),
        ],
        "errors_href": "#",
        "reasons": tabs((_("All"), 94), ("Digits lost", 41), ("Below zero", 22)),
        "errors": [
            Row(
                row="1,207",
                column="身份证",
                lang="zh-Hans",
                value="4.40301E+17",
                reason="Digits were lost in a spreadsheet.",
                remedy="Format the column as text and export again.",
            ),
            Row(
                row="3,355",
                column="past_due",
                lang="",
                value="-12.00",
                reason="Below zero.",
                remedy="A credit belongs in the receipts file.",
            ),
            Row(
                row="9,001",
                column="contract_no",
                lang="",
                value="AF-18822",
                reason="Appears twice, first in row 8,114.",
                remedy="Keep one of the two rows.",
            ),
        ],
        "shown": "1–3 of 94",
        "next_href": "?after=3",
        "facts": [
            Row(label=_("Rows"), value="48,210", lang=""),
            Row(label=_("Size"), value="11.4 MB", lang=""),
            Row(label=_("Encoding"), value="GB18030", lang=""),
        ],
        "columns": [
            Row(heading="合同号", lang="zh-Hans", field="contract_no"),
            Row(heading="逾期金额", lang="zh-Hans", field="past_due"),
            Row(heading="备注", lang="zh-Hans", field=""),
        ],
        "template_name": "Bank A v3",
    }
