"""What the gate is asked, what it looks at and what it answers. Plain data, no queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Channel(StrEnum):
    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    VISIT = "visit"
    LETTER = "letter"


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


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """One rule with the parameters of one version of one pack."""

    rule: str
    code: str
    values: Mapping[str, Any]
    citation: str
    binding: str
    pack: str


@dataclass(frozen=True, slots=True)
class StopFact:
    """A stop in force: from when, until when (or until an event), for which channel (or all)."""

    kind: str
    reference: str
    channel: str
    starts_at: datetime
    ends_at: datetime | None


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

    @property
    def denials(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.effect is Effect.DENY)
