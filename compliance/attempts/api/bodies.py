"""What a dialler sends: about whom and which loans, by which channel, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from rest_framework import serializers

from accounts.access.api_views import Instant, StrictSerializer
from accounts.models import User
from compliance.attempts.models import AttemptMode, AttemptPurpose, Outcome
from compliance.gate.facts import CallMode, Channel, ContactRequest, Content, Purpose
from loans.contracts.models import LoanParty

MOST_LOANS: Final = 20
MOST_PREVIEWS: Final = 200
#: What a dialler or a messaging system does; visits and letters are made by people here.
CHANNELS: Final = [(str(one), str(one)) for one in (Channel.CALL, Channel.SMS, Channel.EMAIL)]


class ContactBody(StrictSerializer):
    """One contact: with whom, about which of their loans, how and why."""

    party = serializers.UUIDField(help_text="Of the loan's `parties`.")
    loans = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_LOANS
    )
    channel = serializers.ChoiceField(choices=CHANNELS)
    contact_point = serializers.UUIDField(help_text="Of the party's `contact_points`.")
    mode = serializers.ChoiceField(choices=AttemptMode.choices, default=AttemptMode.LIVE.value)
    purpose = serializers.ChoiceField(
        choices=AttemptPurpose.choices, default=AttemptPurpose.PAYMENT.value
    )
    content = serializers.ListField(
        child=serializers.ChoiceField(choices=[(str(one), str(one)) for one in Content]),
        default=list,
        max_length=len(Content),
        help_text="What it declares it will say.",
    )
    organisation = serializers.CharField(
        max_length=40,
        default="",
        allow_blank=True,
        help_text="Code of the agency that acts for the lender; empty: the lender itself.",
    )


class PreviewRow(ContactBody):
    at = Instant(required=False, help_text="Else now.")


class PreviewBody(StrictSerializer):
    """Up to 200 contacts to look at."""

    contacts = serializers.ListField(child=PreviewRow(), min_length=1, max_length=MOST_PREVIEWS)


class SettlementBody(StrictSerializer):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    ended_at = Instant(required=False, help_text="Else now.")


class InboundBody(ContactBody):
    """A contact that the person made."""

    at = Instant()
    outcome = serializers.ChoiceField(choices=Outcome.choices)


class UnsanctionedBody(InboundBody):
    """A contact that was made without asking first."""

    reason = serializers.CharField(max_length=200, help_text="How it came about.")


def request_of(body: Mapping[str, Any], *, at: datetime) -> ContactRequest:
    """Puts a checked body as the question that the gate knows."""
    return ContactRequest(
        party_id=body["party"],
        loan_ids=tuple(dict.fromkeys(body["loans"])),
        channel=Channel(body["channel"]),
        at=at,
        contact_point_id=body["contact_point"],
        mode=CallMode(body["mode"]),
        purpose=Purpose(body["purpose"]),
        content=frozenset(body["content"]),
        organisation=body["organisation"],
    )


def check_within_scope(requests: Iterable[ContactRequest], *, user: User, pointer: str) -> None:
    """Refuses contacts about loans that the caller does not see, or with nobody of theirs.

    Raises ValidationError naming each (`pointer` is where the list of them stands, empty for one).
    """
    asked = list(requests)
    loans = {loan_id for request in asked for loan_id in request.loan_ids}
    signatures = set(
        LoanParty.objects.visible_to(user)
        .filter(loan__in=loans, party__in={request.party_id for request in asked})
        .values_list("loan_id", "party_id")
    )
    wrong = {
        index: {"loans": [_UNKNOWN]}
        for index, request in enumerate(asked)
        if not all((loan_id, request.party_id) in signatures for loan_id in request.loan_ids)
    }
    if wrong:
        rows = [wrong.get(index, {}) for index in range(len(asked))]
        raise serializers.ValidationError({pointer: rows} if pointer else rows[0])


_UNKNOWN: Final = serializers.ErrorDetail(
    "One of these loans does not exist for this token, or the party is nobody of it.",
    code="unknown",
)
