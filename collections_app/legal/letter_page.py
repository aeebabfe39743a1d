"""The page of one demand letter: what it says, how it stands, and what may be done next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.legal.acceleration import share_past_due
from collections_app.legal.forms import (
    DecideForm,
    DeliveredForm,
    PostForm,
    ProposeForm,
    ReasonForm,
    ReturnedForm,
    StepForm,
)
from collections_app.legal.letter_flow import LetterState
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.letter_services import letter_request
from collections_app.legal.letters import FIGURES
from collections_app.legal.stepping import OfferedStep
from collections_app.legal.wording import LETTER_MARKS, head_of, letter_row, upper_first
from compliance.gate.sentences import reason_sentence
from compliance.gate.services import decide
from core import clock
from loans.borrowers.presentation import lang_of

_BEFORE_POSTING = (LetterState.DRAWN, LetterState.PROPOSED, LetterState.APPROVED)


def letter_context(
    letter: DemandLetter, user: User, refused: tuple[str, StepForm] | None = None
) -> dict[str, Any]:
    """Returns the context of the page; `refused` a step by its name with what is to be mended."""
    approval = letter.approval
    return {
        **head_of(letter.case),
        "letter": {
            **letter_row(letter),
            "address": letter.address.masked,
            "language": letter.language,
            "wording": letter.wording.template.name,
            "wording_lang": lang_of(letter.wording.template.name),
            "version": letter.wording.version,
            "pay_by": letter.pay_by,
            "demands": upper_first(str(letter.get_kind_display())),
            "basis": letter.basis,
            "basis_lang": lang_of(letter.basis),
            "share": share_past_due(letter.case)
            if letter.is_acceleration and letter.state in _BEFORE_POSTING
            else None,
            "sha256": letter.file.sha256,
            "pages": letter.page_count,
            "courier": letter.courier,
            "courier_lang": lang_of(letter.courier),
            "tracking_number": letter.tracking_number,
            "posted_on": letter.posted_on,
            "drawn_by": letter.drawn_by,
            "drawn_by_lang": lang_of(letter.drawn_by),
            "decided_by": str(approval.decided_by) if approval and approval.decided_by else "",
            "reason": approval.reason if approval else "",
        },
        "figures": [(figure_names()[name], Decimal(letter.figures[name])) for name in FIGURES],
        "gate": _gate(letter),
        "events": [
            {
                "on": event.on,
                "name": event.get_state_display(),
                "mark": LETTER_MARKS[LetterState(event.state)],
                "by": event.by,
                "by_lang": lang_of(event.by),
                "reason": event.reason,
                "reason_lang": lang_of(event.reason),
            }
            for event in letter.events.order_by("-pk")
        ],
        "file_href": reverse("legal:case_file", args=[letter.case_id]),
        "read_href": reverse("legal:read_letter", args=[letter.pk])
        if has_right(user, "legal.work") or has_right(user, "approval.decide")
        else "",
        "steps": _steps(letter, user, refused),
    }


def figure_names() -> dict[str, str]:
    """Returns the amounts of a letter in words."""
    return {
        "arrears_principal": _("Principal past due"),
        "arrears_interest": _("Interest past due"),
        "arrears_fee": _("Fees past due"),
        "arrears_penalty": _("Late charges past due"),
        "arrears": _("Past due"),
        "principal": _("Principal outstanding"),
        "payoff": _("Payoff"),
    }


def _gate(letter: DemandLetter) -> dict[str, Any] | None:
    """What the gate would say to posting it now; a preview that stores nothing."""
    if letter.state not in _BEFORE_POSTING:
        return None
    decision = decide(letter_request(letter))
    return {
        "is_allowed": decision.allowed,
        "reasons": [
            {"text": reason_sentence(found.reason, found.values), "citation": found.citation}
            for found in decision.denials
        ],
    }


def _steps(
    letter: DemandLetter, user: User, refused: tuple[str, StepForm] | None
) -> list[OfferedStep]:
    """What this reader may do with the letter now, the usual first."""
    found: list[tuple[str, Any, StepForm, Any]] = []
    may_work = has_right(user, "legal.work")
    asker = letter.approval.requested_by_id if letter.approval else None
    today = clock.local_today(letter.case.portfolio.time_zone)
    state = letter.state
    if state == LetterState.DRAWN and may_work:
        found.append(("propose", _("Approval"), ProposeForm(), _("Ask for approval")))
    if state == LetterState.PROPOSED and has_right(user, "approval.decide") and asker != user.pk:
        found.append(("decide", _("Your decision"), DecideForm(), _("Record the decision")))
    if state == LetterState.APPROVED and may_work:
        form = PostForm(initial={"on": today})
        found.append(("post", _("Post it"), form, _("It was posted")))
    if state == LetterState.POSTED and may_work:
        found.append(
            ("deliver", _("It arrived"), DeliveredForm(initial={"on": today}), _("Record delivery"))
        )
        found.append(
            ("return", _("It came back"), ReturnedForm(initial={"on": today}), _("Record return"))
        )
    is_withdrawable = state in (LetterState.DRAWN, LetterState.APPROVED) or asker == user.pk
    if may_work and is_withdrawable and state in _BEFORE_POSTING:
        found.append(("void", _("Do not send it"), ReasonForm(), _("Take the letter back")))
    return [
        OfferedStep(
            name=name,
            heading=heading,
            form=refused[1] if refused and refused[0] == name else form,
            href=reverse(f"legal:letter_{name}", args=[letter.pk]),
            button=button,
            is_primary=at == 0,
            is_open=at == 0 or bool(refused and refused[0] == name),
        )
        for at, (name, heading, form, button) in enumerate(found)
    ]
