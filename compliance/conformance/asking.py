"""The question that a contact scenario asks, and the contacts that came before it."""

from __future__ import annotations

from typing import Any, Final

from compliance.attempts.models import Outcome
from compliance.attempts.services import correct_outcome, record_inbound, record_unsanctioned
from compliance.conformance.names import contacts_of
from compliance.conformance.reading import NotExpressible, Row, instant_of, require_known, word_of
from compliance.conformance.stage import CLERK, Stage
from compliance.conformance.vocabulary import (
    AGENCY,
    AGENCY_RULES,
    CHANNELS,
    LENDER,
    OUTCOMES,
    PURPOSES,
    RECIPIENTS,
)
from compliance.gate.facts import Channel, ContactRequest, Content, Purpose

_ASKED: Final = frozenset(
    {
        *("channel", "at", "party", "party_role", "debts", "endpoint", "content", "purpose"),
        *("actors", "place", "recipient_class", "device", "org"),
        # The history says whether a message waits for its reply.
        "reply_once_available",
    }
)
_TOLD: Final = frozenset(
    {
        *("at", "channel", "direction", "party", "party_role", "endpoint", "place", "debts"),
        *("outcome", "org", "misdirected", "purpose", "content", "recipient_class"),
    }
)
_INBOUND: Final = {"in": True, "out": False}


def request_of(stage: Stage) -> ContactRequest:
    """The contact that is asked about."""
    proposed = stage.case["proposed"]
    require_known(proposed, _ASKED, "the contact asked about")
    actors = proposed.get("actors") or {}
    require_known(actors, ("count", "recording", "org"), "who acts")
    return _request(
        stage,
        proposed,
        organisation=_organisation(proposed.get("org") or actors.get("org") or "")
        or (AGENCY if AGENCY_RULES.intersection(stage.case["ruleset"]) else ""),
        people_count=actors.get("count"),
        is_recorded=actors.get("recording"),
        device=proposed.get("device") or "",
    )


def tell_contacts(stage: Stage) -> None:
    """Puts the earlier contacts on the ledger, in their order, each as something that happened."""
    for row in contacts_of(stage.case)[:-1]:
        require_known(row, _TOLD, "an earlier contact")
        _tell(stage, row)


def _tell(stage: Stage, row: Row) -> None:
    request = _request(stage, row, organisation=_organisation(row.get("org") or ""))
    outcome = word_of(OUTCOMES, row["outcome"], "outcome")
    if request.channel is Channel.VISIT and outcome is Outcome.CONVERSATION:
        outcome = Outcome.MET
    if word_of(_INBOUND, row["direction"], "direction"):
        record_inbound(request=request, outcome=outcome, by=CLERK)
        return
    attempt = record_unsanctioned(
        request=request, outcome=outcome, reason="told by the scenario", by=CLERK
    )
    if row.get("misdirected"):
        correct_outcome(
            attempt=attempt,
            outcome=Outcome.WRONG_NUMBER,
            reason="the number is somebody else's",
            by=CLERK,
        )


def _request(stage: Stage, row: Row, **more: Any) -> ContactRequest:
    channel, mode = word_of(CHANNELS, row["channel"], "channel")
    point = stage.point(row)
    return ContactRequest(
        party_id=stage.person(row["party"]).pk,
        loan_ids=tuple(loan.pk for loan in stage.named(row["debts"])),
        channel=channel,
        at=instant_of(row["at"]),
        contact_point_id=point.pk if point else None,
        mode=mode,
        purpose=_purpose(row),
        content=_content(row),
        recipient=_recipient(stage, row),
        **more,
    )


def _purpose(row: Row) -> Purpose:
    purpose: Purpose = word_of(PURPOSES, row.get("purpose") or "payment", "purpose")
    return purpose


def _content(row: Row) -> frozenset[str]:
    content = frozenset(row.get("content") or ())
    strangers = content.difference(Content)
    if strangers:
        raise NotExpressible(f"there is no content {', '.join(sorted(strangers))}")
    return content


def _recipient(stage: Stage, row: Row) -> str:
    """Who is reached for the debtor, where it is neither the debtor nor a person of the loan."""
    said = row.get("recipient_class") or row.get("party_role") or ""
    if said in RECIPIENTS:
        return RECIPIENTS[said]
    return "" if row["party"] in stage.people else RECIPIENTS["attorney"]


def _organisation(name: str) -> str:
    return "" if name in LENDER else name
