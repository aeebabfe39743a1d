"""Contexts of the assignment board and of a move, before and after."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tests.ui.samples.marks import AT

USD, CNY = "USD", "CNY"


class MoveForm(forms.Form):
    """The form of a move as the page shows it, without a database."""

    to = forms.ChoiceField(
        label=_("Give them to"),
        choices=[
            (_("Deal among the agents of a team"), [("team:1", "华南一组"), ("team:2", "South")]),
            (_("One person"), [("user:1", "林娜 · 华南一组"), ("user:2", "Ana Delgado · South")]),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"), help_text=_("Stands in the history of every case. No medical details.")
    )


def board() -> dict[str, Any]:
    return {
        "as_of": AT,
        "figures": [
            Row(label=_("People held"), value="1,284", icon=""),
            Row(label=_("New today"), value="57", icon=""),
            Row(label=_("Agents at work"), value=11, icon=""),
            Row(label=_("Agents away"), value=2, icon="leave"),
            Row(label=_("People with nobody"), value="12", icon="caution"),
        ],
        "teams": [
            Row(
                id="1",
                name="华南一组",
                lead="陈伟",
                summary="164 people, 171 cases",
                agents=[
                    _agent(
                        "林娜", "done", _("at work"), people=47, capacity=60, languages="普通话"
                    ),
                    _agent("黄静", "done", _("at work"), people=60, capacity=60),
                    _agent("梁宇", "uncertain", "away until 2026-12-04", people=57, must_move=True),
                ],
            ),
            Row(id="2", name="Late stage", lead="", summary="0 people, 0 cases", agents=[]),
        ],
        "undealt": [
            Row(
                portfolio="恒通汽车金融",
                why="No agent speaks Cantonese",
                remedy="Enter the language of an agent who speaks it, or name one person.",
                people=9,
                cases=11,
                move_href="",
            ),
            Row(
                portfolio="Prairie Auto Credit",
                why="Diego Fuentes works this person and is away",
                remedy="Move the people of whoever is away; these follow.",
                people=3,
                cases=3,
                move_href="/move/",
            ),
        ],
        "undealt_summary": "12 people, 14 cases",
        "deal_href": "/deal/",
        "token": "1",
        "moves": [
            Row(
                href="/move/1/",
                made_at=AT,
                by="陈伟",
                from_name="梁宇",
                summary="17 people, 17 cases",
                reason="年假期间由同组同事代管",
                is_undone=False,
            )
        ],
        "rules_href": "/rules/",
    }


def _agent(name: str, state: str, state_name: Any, **values: Any) -> Row:
    capacity, people = values.get("capacity"), values["people"]
    return Row(
        name=name,
        lang="zh-Hans",
        state=state,
        state_name=state_name,
        languages=values.get("languages", ""),
        skills="hardship" if values.get("languages") else "",
        regions="广东" if values.get("languages") else "",
        people=people,
        cases=people + 2,
        capacity=capacity,
        filled=round(100 * people / capacity) if capacity else None,
        is_full=people == capacity,
        share=100,
        new_today=4,
        past_due=[Row(currency=CNY, amount=Decimal("323594.88"))],
        move_href="/move/",
        must_move=values.get("must_move", False),
        give_back=None,
    )


def preview(**changes: Any) -> dict[str, Any]:
    context = {
        "form": MoveForm(),
        "target": "team:1",
        "from_user": Row(pk="1", full_name="梁宇"),
        "case_ids": (),
        "digest": "0",
        "token": "1",
        "has_rows": True,
        "has_changed": False,
        "refusal": "",
        "moving_people": 17,
        "moving_summary": "17 people, 18 cases",
        "staying_count": 1,
        "gains": [
            Row(
                name=name,
                people=people,
                cases=people,
                past_due=[Row(currency=CNY, amount=Decimal("61250.40"))],
            )
            for name, people in (("林娜", 9), ("黄静", 8))
        ],
        "moving": [_row(1, "林娜", _("was next")), _row(2, "黄静", _("was next"))],
        "staying": [_row(3, "", _("everyone who could is full"))],
        "hidden_count": 14,
        "preview_href": "/preview/",
        "apply_href": "/apply/",
        "board_href": "/board/",
    }
    return context | changes


def preview_refused() -> dict[str, Any]:
    return preview(form=MoveForm({"to": "team:1", "reason": ""}), has_changed=True)


def preview_nobody() -> dict[str, Any]:
    nothing: dict[str, Any] = {"gains": [], "moving": [], "staying": [], "moving_people": 0}
    return preview(has_rows=False, **nothing)


def move() -> dict[str, Any]:
    moved = [
        _row(1, "林娜", _("was next"), state="done", state_name=_("moved")),
        _row(2, "黄静", "", state="uncertain", state_name=_("stayed")),
    ]
    return {
        "move": Row(
            from_name="梁宇",
            summary="17 people, 18 cases",
            reason="年假期间由同组同事代管",
            by="陈伟",
            made_at=AT,
            undone_by="",
            undone_at=None,
            is_back=False,
        ),
        "figures": [Row(label=_("moved"), value=18), Row(label=_("stayed"), value=1)],
        "gains": [Row(name="林娜", people=9, cases=9), Row(name="黄静", people=8, cases=9)],
        "rows": moved,
        "hidden_count": 16,
        "undo": Row(
            href="/undo/",
            returning="16 people, 17 cases",
            is_possible=True,
            kept=[_row(4, "", _("somebody else works the person since"))],
        ),
        "refusal": "",
        "list_href": "/board/",
    }


def _row(number: int, to_name: str, why: Any, **values: Any) -> Row:
    return Row(
        contract_no=f"NY25050038{number}",
        borrower="顾**",
        lang="zh-Hans",
        past_due=Decimal("18738.48"),
        currency=CNY,
        from_name="梁宇",
        to_name=to_name,
        why=why,
        **values,
    )
