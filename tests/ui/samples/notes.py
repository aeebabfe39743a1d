"""Contexts of the notes' pages, and of their panel on a case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from collections_app.notes.forms import NoteForm, WithdrawForm
from collections_app.notes.panel import NoteRow

_CASE = {
    "case_href": "/cases/1/#notes",
    "contract_no": "AF-20391",
    "borrower": {"name": "欧阳*", "lang": "zh-Hans"},
}


def note(**changes: Any) -> NoteRow:
    usual: dict[str, Any] = {
        "pk": UUID(int=1),
        "text": "夜班司机，中午以后再打电话。\n配偶不知道这笔贷款。",
        "lang": "zh-Hans",
        "by": "Li Na",
        "at": "12 Nov 2026 10:31",
        "is_pinned": True,
        "is_about_person": True,
        "pin_href": "",
        "unpin_href": "/cases/1/notes/1/unpin/",
        "withdraw_href": "/cases/1/notes/1/withdraw/",
    }
    return NoteRow(**(usual | changes))


def panel() -> dict[str, Any]:
    """What a case is given of its notes."""
    return {
        "notes": [
            note(),
            note(
                text="Works nights; the plant closes for the holidays on 18 December.",
                lang="",
                is_pinned=False,
                is_about_person=False,
                pin_href="/cases/1/notes/2/pin/",
                unpin_href="",
                withdraw_href="",
            ),
        ],
        "older_notes": 3,
        "note_form": NoteForm(auto_id="note_%s"),
        "note_href": "/cases/1/notes/",
    }


_AT = "collections_app/notes"
NOTE_PAGES: dict[str, tuple[str, Any]] = {
    "note": (f"{_AT}/write.html", lambda: {**_CASE, "form": NoteForm()}),
    "note-refused": (f"{_AT}/write.html", lambda: {**_CASE, "form": NoteForm({"about": "case"})}),
    "note-withdraw": (
        f"{_AT}/withdraw.html",
        lambda: {**_CASE, "form": WithdrawForm(), "note": note()},
    ),
    "note-withdraw-refused": (
        f"{_AT}/withdraw.html",
        lambda: {**_CASE, "form": WithdrawForm({}), "note": note()},
    ),
}
