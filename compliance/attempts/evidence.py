"""What a verdict keeps of a decision: the answer, its reasons, the facts it saw. As JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, fields, is_dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from compliance.attempts.models import Verdict
from compliance.gate.facts import CallMode, Channel, ContactFacts, ContactRequest, Decision, Purpose
from core.audit.actors import Actor

if TYPE_CHECKING:
    from compliance.overrides.models import Override


def new_verdict(
    *,
    request: ContactRequest,
    portfolio_id: UUID,
    decision: Decision,
    by: Actor,
    override: Override | None = None,
) -> Verdict:
    """Returns the row of the gate's answer to a request with the facts it saw, not stored yet.

    A refusal that a granted override lets pass says which one and on what ground.
    """
    passed = {"override": _permit(override)} if override is not None else {}
    return Verdict(
        portfolio_id=portfolio_id,
        party_id=request.party_id,
        channel=request.channel,
        at=request.at,
        is_allowed=decision.allowed,
        findings=[plain(asdict(found)) for found in decision.findings],
        facts_seen=facts_seen(decision.facts) | passed,
        rule_packs=sorted({rule.pack for rule in decision.facts.rules}),
        used=[plain(counter) for counter in decision.used],
        next_allowed_at=decision.next_allowed_at,
        asked_by=by.label,
    )


def request_of(verdict: Verdict) -> ContactRequest:
    """Returns what was asked, as the verdict keeps it."""
    asked = verdict.facts_seen["request"]
    point = asked.get("contact_point_id")
    return ContactRequest(
        party_id=verdict.party_id,
        loan_ids=tuple(UUID(loan_id) for loan_id in asked["loan_ids"]),
        channel=Channel(verdict.channel),
        at=verdict.at,
        contact_point_id=UUID(point) if point else None,
        mode=CallMode(asked.get("mode", CallMode.LIVE)),
        purpose=Purpose(asked.get("purpose", Purpose.PAYMENT)),
        content=frozenset(asked.get("content", ())),
        organisation=asked.get("organisation", ""),
        people_count=asked.get("people_count"),
        is_recorded=asked.get("is_recorded"),
        device=asked.get("device", ""),
        recipient=asked.get("recipient", ""),
        is_planned=asked.get("is_planned", False),
    )


def _permit(override: Override) -> dict[str, Any]:
    """What lets a refused contact pass: which override, for which rules, on what ground."""
    return {"id": str(override.pk), "codes": list(override.codes), "factor": override.factor}


def facts_seen(facts: ContactFacts) -> dict[str, Any]:
    """Returns the facts as JSON. Rules stand by code: the pack's version, which never changes,
    has their parameters. What has its default is left out, and the portfolio, which is the
    verdict's own."""
    seen: dict[str, Any] = plain(replace(facts, rules=(), portfolio_id=None))
    return seen | {"rules": [rule.code for rule in facts.rules]}


def plain(value: Any) -> Any:
    """Turns dates, ids, tuples and dataclasses into what JSON knows, keeping the shape."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: plain(item)
            for name, default in _defaults(type(value))
            if (item := getattr(value, name)) != default
        }
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@lru_cache(maxsize=32)
def _defaults(of: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((found.name, _default(found)) for found in fields(of))


def _default(found: Field[Any]) -> Any:
    if found.default_factory is not MISSING:
        return found.default_factory()
    return found.default
