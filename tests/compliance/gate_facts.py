"""Facts for the gate's rules, complete and permissive unless a test says otherwise."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from compliance import rulepacks
from compliance.gate.facts import (
    AppliedRule,
    Channel,
    ContactFacts,
    ContactRequest,
    Effect,
    Finding,
    PastContact,
    PermissionFact,
    PreferenceFact,
    StopFact,
)
from compliance.gate.sentences import event_sentence, reason_sentence
from compliance.rules.findings import at_instant
from compliance.rules.registry import findings
from compliance.rules.scope import in_scope

PARTY = UUID(int=1)
LOAN = UUID(int=2)
PHONE = UUID(int=3)
OTHER_PARTY = UUID(int=4)
OTHER_LOAN = UUID(int=5)
OTHER_PHONE = UUID(int=6)

_REQUEST = {field.name for field in fields(ContactRequest)}
_PACKS = Path(rulepacks.__path__[0]) / "data"


def window_rule(opens: str = "08:00", closes: str = "21:00") -> AppliedRule:
    return AppliedRule(
        rule="window",
        code="HOURS",
        values={"opens": opens, "closes": closes, "channels": ["call", "sms", "email", "visit"]},
        citation="a text",
        binding="policy",
        pack="TEST v1",
    )


def rule(name: str, **values: Any) -> AppliedRule:
    """A rule of a pack of its own, with just these parameters."""
    return AppliedRule(
        rule=name,
        code=name.upper(),
        values=values,
        citation="a text",
        binding="law",
        pack="TEST v1",
    )


@cache
def standard_rules(pack: str) -> dict[str, AppliedRule]:
    """The rules of a pack that ships with the product, by code."""
    documents = (json.loads(path.read_text(encoding="utf-8")) for path in _PACKS.glob("*.json"))
    document = next(document for document in documents if document["code"] == pack)
    return {
        entry["code"]: AppliedRule(
            rule=entry["rule"],
            code=entry["code"],
            values=entry["values"],
            citation=entry["citation"],
            binding="law",
            pack=f"{pack} v{document['version']}",
            override=tuple(entry.get("override", ())),
        )
        for entry in document["rules"]
    }


def standard(code: str) -> AppliedRule:
    """One rule as the pack that ships with the product tells it."""
    pack = {"REGF": "US-REGF", "TCPA": "US-TCPA", "MA": "US-MA", "NYC": "US-NYC", "WA": "US-WA"}
    prefix = code.split("-", maxsplit=1)[0]
    return standard_rules(pack.get(prefix, "US-REGF" if prefix == "US" else prefix))[code]


def facts(at: str, **changes: Any) -> ContactFacts:
    """Facts about a call at an instant, written in ISO 8601 with its offset.

    What belongs to the request (channel, content, ...) goes there, all else to the facts.
    """
    request = ContactRequest(
        party_id=PARTY,
        loan_ids=(LOAN,),
        channel=Channel.CALL,
        at=datetime.fromisoformat(at),
        contact_point_id=PHONE,
    )
    asked = {name: changes.pop(name) for name in _REQUEST & changes.keys()}
    if "content" in asked:
        asked["content"] = frozenset(asked["content"])
    defaults: dict[str, Any] = {
        "request": replace(request, **asked),
        "role": "borrower",
        "zones": ("America/New_York",),
        "rules": (window_rule(),),
        "missing_packs": (),
        "history_known": True,
        "contact_point_invalid": False,
        "contact_point_missing": False,
    }
    return ContactFacts(**{**defaults, **changes})


def past(at: str, outcome: str = "no_answer", **changes: Any) -> PastContact:
    """A call to the person about the loan, unless said otherwise."""
    defaults: dict[str, Any] = {
        "at": datetime.fromisoformat(at),
        "channel": "call",
        "direction": "outbound",
        "outcome": outcome,
        "party_id": PARTY,
        "loan_ids": (LOAN,),
        "contact_point_id": PHONE,
    }
    return PastContact(**{**defaults, **changes})


def stop(kind: str, starts_at: str = "2026-01-01T00:00:00+00:00", **changes: Any) -> StopFact:
    """A stop of the person, over every channel and about every loan, without an end."""
    if isinstance(changes.get("ends_at"), str):
        changes["ends_at"] = datetime.fromisoformat(changes["ends_at"])
    defaults: dict[str, Any] = {
        "kind": kind,
        "reference": "1",
        "channel": "",
        "starts_at": datetime.fromisoformat(starts_at),
        "ends_at": None,
    }
    return StopFact(**{**defaults, **changes})


def said(
    answer: str, kind: str = "channel", given_at: str = "2026-01-01T00:00:00+00:00", **changes: Any
) -> PermissionFact:
    """A yes or no of the person."""
    if isinstance(changes.get("until"), str):
        changes["until"] = datetime.fromisoformat(changes["until"])
    return PermissionFact(
        kind=kind,
        answer=answer,
        given_at=datetime.fromisoformat(given_at),
        reference="1",
        **changes,
    )


def wish(kind: str, starts_at: str = "2026-01-01T00:00:00+00:00", **changes: Any) -> PreferenceFact:
    """Something the person asked for."""
    return PreferenceFact(
        kind=kind, reference="1", starts_at=datetime.fromisoformat(starts_at), **changes
    )


def denials(asked: ContactFacts) -> list[Finding]:
    """What denies the contact, of all rules."""
    return [found for found in findings(asked) if found.effect is Effect.DENY]


def codes(asked: ContactFacts) -> list[str]:
    return [found.code for found in denials(asked)]


def only(asked: ContactFacts, judged_by: AppliedRule) -> list[Finding]:
    """What one rule alone says; the others, those that always hold among them, are left out.

    Each of its reasons and events has its sentence, with all that the sentence is to say.
    """
    asked = replace(asked, rules=(judged_by,))
    found = [finding for finding in findings(asked) if finding.code == judged_by.code]
    for finding in found:
        assert reason_sentence(finding.reason, finding.values)
        assert not finding.event or event_sentence(finding.event)
        assert (finding.opens_at is None) or not finding.event
    return found


def answer(asked: ContactFacts, judged_by: AppliedRule) -> str:
    """What one rule alone answers: "" where it permits, else the instant or event that lifts it.

    An instant is written in the first zone of the facts. That the rule is in force just before it
    and silent at it is asserted here, for every table of boundary cases.
    """
    denied = [found for found in only(asked, judged_by) if found.effect is Effect.DENY]
    if not denied:
        return ""
    opens_at = denied[0].opens_at
    if opens_at is None:
        return denied[0].event or "never"
    assert opens_at > asked.request.at
    assert not [f for f in only(at_instant(asked, opens_at), judged_by) if f.effect is Effect.DENY]
    return _local(opens_at, asked.zones[0])


def permits(asked: ContactFacts, judged_by: AppliedRule) -> bool:
    return answer(asked, judged_by) == ""


def is_judged(asked: ContactFacts, judged_by: AppliedRule) -> bool:
    """Whether the contact is one that the rule judges at all."""
    return in_scope(asked, judged_by)


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
