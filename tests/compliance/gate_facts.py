"""Facts for the gate's rules, complete and permissive unless a test says otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.gate.facts import AppliedRule, Channel, ContactFacts, ContactRequest

PARTY = UUID(int=1)
LOAN = UUID(int=2)
PHONE = UUID(int=3)


def window_rule(opens: str = "08:00", closes: str = "21:00") -> AppliedRule:
    return AppliedRule(
        rule="window",
        code="HOURS",
        values={"opens": opens, "closes": closes, "channels": ["call", "sms", "email", "visit"]},
        citation="a text",
        binding="policy",
        pack="TEST v1",
    )


def facts(at: str, **changes: Any) -> ContactFacts:
    """Facts about a call at an instant, written in ISO 8601 with its offset."""
    channel = changes.pop("channel", Channel.CALL)
    defaults: dict[str, Any] = {
        "request": ContactRequest(
            party_id=PARTY,
            loan_ids=(LOAN,),
            channel=channel,
            at=datetime.fromisoformat(at),
            contact_point_id=PHONE,
        ),
        "role": "borrower",
        "zones": ("America/New_York",),
        "rules": (window_rule(),),
        "missing_packs": (),
        "history_known": True,
        "contact_point_invalid": False,
        "contact_point_missing": False,
    }
    return ContactFacts(**{**defaults, **changes})
