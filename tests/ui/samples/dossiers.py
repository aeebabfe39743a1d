"""Contexts of the page of dossiers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from reporting.dossier.forms import AskForm
from reporting.dossier.queries import DossierLine

_AT = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def line(**changes: Any) -> DossierLine:
    usual: dict[str, Any] = {
        "asked_at": _AT,
        "asked_by": "Mara Okoro",
        "purpose": "court or arbitration",
        "reference": "(2026) 粤0106民初1183号",
        "language": "简体中文",
        "mark": "waiting",
        "state_name": "ready",
        "records": "1,204 records",
        "sha256": _HASH,
        "expires_at": _AT + timedelta(days=7),
        "trail_fault": "",
        "has_trail_check": True,
        "take_href": "/dossiers/1/take/",
    }
    return DossierLine(**(usual | changes))


def dossiers(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "case_href": "/cases/1/",
        "contract_no": "AF-20391",
        "borrower": {"name": "欧阳*", "lang": "zh-Hans"},
        "form": AskForm(),
        "rows": [
            line(
                mark="running",
                state_name="being made",
                records="",
                sha256="",
                has_trail_check=False,
                take_href="",
            ),
            line(),
            line(
                mark="done",
                state_name="downloaded",
                take_href="",
                trail_fault="Entry 20391 was edited after seal 118 closed over it.",
            ),
            line(
                mark="failed",
                state_name="could not be made",
                records="",
                sha256="",
                has_trail_check=False,
                take_href="",
            ),
        ],
        "is_being_made": True,
        "refresh_href": "/cases/1/dossier/",
    }
    return usual | changes


DOSSIER_PAGES: dict[str, tuple[str, Any]] = {
    "dossiers": ("reporting/dossier/dossiers.html", dossiers),
    "dossiers-first": (
        "reporting/dossier/dossiers.html",
        lambda: dossiers(rows=[], is_being_made=False),
    ),
    "dossiers-refused": (
        "reporting/dossier/dossiers.html",
        lambda: dossiers(
            form=AskForm({"purpose": "", "reference": ""}),
            refusal="This dossier was handed over or erased before. Ask for another one.",
        ),
    ),
}
