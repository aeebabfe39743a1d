"""What the gate is asked, what it looks at and what it answers. Plain data, no queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID


class Channel(StrEnum):
    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    VISIT = "visit"
    LETTER = "letter"
    REPOSSESSION = "repossession"


class CallMode(StrEnum):
    """Who or what speaks: a person, a machine that talks or writes by itself, a mere notice."""

    LIVE = "live"
    AUTOMATED = "automated"
    NOTICE = "notice"


class Purpose(StrEnum):
    """Why the contact is made."""

    PAYMENT = "payment"
    NOTICE_REQUIRED = "notice_required"
    LOCATION = "location"
    SERVICE = "service"


class Content(StrEnum):
    """What a contact declares it will say; rules about content know these words only."""

    OPT_OUT_STATEMENT = "opt_out_statement"
    OPT_OUT_CONFIRMATION = "opt_out_confirmation"
    DEBT_DETAILS = "debt_details"
    ASK_RELAY = "ask_relay"
    ANSWERS_OFFER_TO_PAY = "answers_offer_to_pay"
    MENTIONS_DEBT = "mentions_debt"
    PAYMENT_REQUEST = "payment_request"
    THREAT_OF_SUIT = "threat_of_suit"
    ENDS_COLLECTION = "ends_collection"
    MAY_INVOKE_REMEDY = "may_invoke_remedy"
    INTENDS_TO_INVOKE_REMEDY = "intends_to_invoke_remedy"
    CONFIRMING_LOCATION = "confirming_location"
    NEW_LOCATION_LEAD = "new_location_lead"
    VERIFICATION = "verification"
    COMPLAINT_REPLY = "complaint_reply"
    REQUESTED_INFORMATION = "requested_information"


class Effect(StrEnum):
    """What a finding does to the contact that was asked for."""

    DENY = "deny"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """May we reach this party about these loans, over this channel, at this instant?"""

    party_id: UUID
    loan_ids: tuple[UUID, ...]
    channel: Channel
    at: datetime
    contact_point_id: UUID | None = None
    mode: CallMode = CallMode.LIVE
    purpose: Purpose = Purpose.PAYMENT
    content: frozenset[str] = frozenset()
    #: Empty: the lender itself; else the code of the agency that acts for it.
    organisation: str = ""
    #: How many go on a visit, and whether all of it is recorded; None: not said.
    people_count: int | None = None
    is_recorded: bool | None = None
    #: Empty: a line of the system; "private_phone": a collector's own.
    device: str = ""
    #: Empty: the party; else who is reached for them, e.g. "consumer_attorney".
    recipient: str = ""
    #: Sent by a plan, in answer to nobody: what leaves room for a reply leaves none for it.
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """One rule with the parameters of one version of one pack.

    `binding` is how it binds the actor of the request; `override` names the factors for which a
    second person may permit what the rule denies (none: never).
    """

    rule: str
    code: str
    values: Mapping[str, Any]
    citation: str
    binding: str
    pack: str
    override: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastContact:
    """One contact of the ledger, made or reserved. An empty outcome is a reservation, which
    counts as the worst that its channel can become."""

    at: datetime
    channel: str
    direction: str
    outcome: str
    party_id: UUID
    loan_ids: tuple[UUID, ...]
    ended_at: datetime | None = None
    mode: str = CallMode.LIVE
    purpose: str = Purpose.PAYMENT
    contact_point_id: UUID | None = None
    place: str = ""
    organisation: str = ""
    recipient: str = ""
    is_misdirected: bool = False


@dataclass(frozen=True, slots=True)
class PreferenceFact:
    """What the person asked for. `kind` is one of

    - inconvenient_time: not on `days` (Monday is 0) from `opens` to `closes`, their local time;
    - inconvenient_place: not at `place`, or not at `contact_point_id`;
    - agreed_hours: contact is agreed from `opens` to `closes`, whatever the standard hours say;
    - agreed_cap: at most `count` where the rule with code `rule` says another number.

    No time means midnight at that end of the day; `until` is the last day.
    """

    kind: str
    reference: str
    starts_at: datetime
    until: date | None = None
    days: frozenset[int] = frozenset(range(7))
    opens: time | None = None
    closes: time | None = None
    place: str = ""
    contact_point_id: UUID | None = None
    rule: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PermissionFact:
    """One answer of the person; the newest of its kind, channel and number counts. `kind` is one of

    - channel: a yes or no to `channel`, for one number or for all;
    - automated_calls: prerecorded, artificial or autodialled contact;
    - call_back: "call me again" about `loan_id` (None: all), on `only_on` or for the rule's days;
    - hours: contact from `opens` to `closes` although those hours are closed;
    - third_party: somebody else may be told;
    - work_email: the employer's address may be used;
    - work_calls: calls at work are wanted although the employer forbids them;
    - visit: home visits.
    """

    kind: str
    answer: str
    given_at: datetime
    reference: str
    channel: str = ""
    contact_point_id: UUID | None = None
    loan_id: UUID | None = None
    until: datetime | None = None
    only_on: date | None = None
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class NoticeFact:
    """A notice served about a loan: which, on which day, and the days it must run."""

    kind: str
    served_on: date
    reference: str = ""
    days: int | None = None
    loan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrderFact:
    """A court's order, or the debtor's consent on the spot: which, since when, until when."""

    kind: str
    made_on: date
    reference: str = ""
    until: date | None = None
    loan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StopFact:
    """A stop in force: from when, until when (or until an event), for which channel (or all).

    `loan_id` is empty when it holds for all loans of the person. `party_id` names somebody else
    on the loans whose stop it is; it is empty for the person asked about and for holds.
    """

    kind: str
    reference: str
    channel: str
    starts_at: datetime
    ends_at: datetime | None
    loan_id: UUID | None = None
    party_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Everything the rules may look at, gathered once."""

    request: ContactRequest
    role: str
    zones: tuple[str, ...]
    rules: tuple[AppliedRule, ...]
    missing_packs: tuple[str, ...]
    history_known: bool
    contact_point_invalid: bool
    contact_point_missing: bool
    stale_feeds: tuple[tuple[str, date], ...] = ()
    feed_missing: bool = False
    channel_refused: bool = False
    stops: tuple[StopFact, ...] = ()
    #: The zone whose calendar days are counted; empty: the first candidate.
    day_zone: str = ""
    #: Where the number or address is: home, work, mobile or unknown (empty).
    place: str = ""
    #: phone, email or address; and whether an e-mail address is the employer's.
    point_kind: str = ""
    is_work_email: bool = False
    #: Oldest first: this person's contacts about anything, and anybody's about these loans.
    history: tuple[PastContact, ...] = ()
    preferences: tuple[PreferenceFact, ...] = ()
    #: The person's answers, in the order they came in; of kind third_party also the borrower's.
    permissions: tuple[PermissionFact, ...] = ()
    notices: tuple[NoticeFact, ...] = ()
    orders: tuple[OrderFact, ...] = ()
    #: Why the debtor cannot be reached: number_invalid, three_failures, deceased, incapacitated.
    unreachable: str = ""
    #: What a reference is to the debtor, e.g. spouse.
    relationship: str = ""
    #: How much of the total price is paid; None: not known.
    paid_share: Decimal | None = None
    #: Said by a person where the share is not computed: the goods are protected (CCA 1974 s.90).
    is_protected_goods: bool | None = None
    #: Country and region of current addresses, e.g. "US-MA", which bring in local packs.
    locations: tuple[str, ...] = ()
    #: Of the first loan: where a contact is booked. No rule looks at it.
    portfolio_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's objection: its code, where it is written, and what lifts it.

    `opens_at` is the instant from which this rule alone no longer objects; when it is empty,
    `event` names what has to happen first.
    """

    code: str
    reason: str
    citation: str
    effect: Effect = Effect.DENY
    opens_at: datetime | None = None
    event: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    pack: str = ""
    binding: str = ""
    #: Factors for which a second person may permit this contact all the same; none: never.
    override: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counter:
    """How much of a limit is used at the instant asked about, and when the next slot is free."""

    code: str
    used: int
    limit: int
    unit: str
    days: int
    citation: str
    pack: str
    #: When the oldest counted contact no longer counts; empty while nothing is used.
    resets_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer: allowed or not, every reason, and when or what would open it.

    `closes_at` is the instant at which an allowed contact stops being allowed, as far as the
    clock alone decides it.
    """

    allowed: bool
    findings: tuple[Finding, ...]
    next_allowed_at: datetime | None
    closes_at: datetime | None
    facts: ContactFacts
    used: tuple[Counter, ...] = ()

    @property
    def release_events(self) -> tuple[str, ...]:
        """What has to happen first, for the denials that no passing of time lifts."""
        return tuple(dict.fromkeys(found.event for found in self.denials if found.event))

    @property
    def denials(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.effect is Effect.DENY)
