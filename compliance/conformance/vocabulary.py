"""The words of contact scenarios and what each is called here."""

from __future__ import annotations

from typing import Final

from compliance.attempts.models import Outcome
from compliance.gate.facts import CallMode, Channel, Purpose
from loans.contracts.models import PartyRole

#: A channel of a scenario: the channel, and who or what speaks.
CHANNELS: Final[dict[str, tuple[Channel, CallMode]]] = {
    "call": (Channel.CALL, CallMode.LIVE),
    "call_in": (Channel.CALL, CallMode.LIVE),
    "prerecorded_call": (Channel.CALL, CallMode.AUTOMATED),
    "autodialled_call": (Channel.CALL, CallMode.AUTOMATED),
    "ringless_voicemail": (Channel.CALL, CallMode.AUTOMATED),
    "robot_call": (Channel.CALL, CallMode.AUTOMATED),
    "robot_interactive_call": (Channel.CALL, CallMode.AUTOMATED),
    "recorded": (Channel.CALL, CallMode.AUTOMATED),
    "robot_notice_call": (Channel.CALL, CallMode.NOTICE),
    "sms": (Channel.SMS, CallMode.LIVE),
    "autodialled_sms": (Channel.SMS, CallMode.AUTOMATED),
    "email": (Channel.EMAIL, CallMode.LIVE),
    "visit": (Channel.VISIT, CallMode.LIVE),
    "letter": (Channel.LETTER, CallMode.LIVE),
    "repossession": (Channel.REPOSSESSION, CallMode.LIVE),
}

OUTCOMES: Final[dict[str, Outcome]] = {
    "conversation": Outcome.CONVERSATION,
    "contacted": Outcome.CONVERSATION,
    "unanswered_ring": Outcome.NO_ANSWER,
    "no_voicemail_no_answer": Outcome.NO_VOICEMAIL,
    "voicemail_left": Outcome.VOICEMAIL,
    "message_with_content": Outcome.VOICEMAIL,
    "voicemail_reached_no_message": Outcome.VOICEMAIL_NO_MESSAGE,
    "limited_content_message": Outcome.LIMITED_MESSAGE,
    "dropped_after_answer": Outcome.DROPPED,
    "busy": Outcome.BUSY,
    "not_in_service": Outcome.NOT_IN_SERVICE,
    "connected": Outcome.CONNECTED,
    "sent": Outcome.SENT,
    "received": Outcome.RECEIVED,
}

#: Roles of people who are not the debtor. A reference is whatever the scenario calls it.
ROLES: Final[dict[str, PartyRole]] = {
    "co_borrower": PartyRole.CO_BORROWER,
    "guarantor": PartyRole.GUARANTOR,
    "contact_person": PartyRole.REFERENCE,
    "reference": PartyRole.REFERENCE,
    "third_party": PartyRole.REFERENCE,
    "spouse": PartyRole.REFERENCE,
    "parent": PartyRole.REFERENCE,
    "neighbour": PartyRole.REFERENCE,
    "roommate": PartyRole.REFERENCE,
    "employer": PartyRole.REFERENCE,
}
#: References whose relationship to the debtor changes what is permitted.
RELATED: Final = frozenset({"spouse", "parent"})
#: Reached for the debtor, not as a person of the loan: by role or class of the scenario.
RECIPIENTS: Final[dict[str, str]] = {
    "attorney": "consumer_attorney",
    "consumer_attorney": "consumer_attorney",
    "creditor_attorney": "creditor_attorney",
    "credit_bureau": "credit_bureau",
    "creditor": "creditor",
}

PURPOSES: Final[dict[str, Purpose]] = {
    "payment": Purpose.PAYMENT,
    "collection": Purpose.PAYMENT,
    "location": Purpose.LOCATION,
    "service": Purpose.SERVICE,
    "notice_required": Purpose.NOTICE_REQUIRED,
    "legal_notice": Purpose.NOTICE_REQUIRED,
    "statutory_notice": Purpose.NOTICE_REQUIRED,
}

WEEKDAYS: Final[dict[str, int]] = {
    day: number for number, day in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
}

#: Sets of rules that have another name here. Any other: US_REGF is the pack US-REGF.
PACKS: Final[dict[str, str]] = {"US_WA_AGENCY": "US-WA"}
#: Sets of rules that speak to agencies: who contacts is then one.
AGENCY_RULES: Final = frozenset({"US_WA_AGENCY"})
AGENCY: Final = "agency"
#: Organisations of a scenario that are the lender itself.
LENDER: Final = frozenset({"", "bank", "lender", "creditor"})
