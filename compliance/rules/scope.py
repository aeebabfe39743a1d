"""Which contacts a rule speaks of: parameters that every rule understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.gate.facts import (
    AppliedRule,
    CallMode,
    Channel,
    ContactFacts,
    ContactRequest,
    Content,
    Purpose,
)
from compliance.rules.parameters import Parameter, words
from compliance.rules.permissions import PERMISSIONS, is_permitted

PLACES = ("home", "work", "mobile", "unknown")
ROLES = ("borrower", "co_borrower", "guarantor", "reference")

#: Without one of these a rule speaks of every contact.
SCOPE: Mapping[str, Parameter] = {
    "channels": words(of=Channel),
    "modes": words(of=CallMode),
    "purposes": words(of=Purpose),
    "roles": words(of=ROLES),
    "places": words(of=PLACES),
    "except_channels": words(of=Channel),
    "except_purposes": words(of=Purpose),
    "except_content": words(of=Content),
    "except_recipients": words(),
    "except_relationships": words(),
    "except_places": words(of=PLACES),
    "except_permissions": words(of=PERMISSIONS),
}


def in_scope(facts: ContactFacts, rule: AppliedRule) -> bool:
    """Says whether the rule is to judge the contact that is asked for."""
    return speaks_of(facts, rule) and not is_excepted(facts, rule)


def speaks_of(facts: ContactFacts, rule: AppliedRule) -> bool:
    """Says whether the contact is of those the rule is written for, its exceptions among them."""
    request, values = facts.request, rule.values
    # The one that settles most questions stands first: a list asks for thousands of verdicts.
    return (
        _named(values, "channels", request.channel)
        and _named(values, "modes", request.mode)
        and _named(values, "purposes", request.purpose)
        and _named(values, "roles", facts.role)
        and _named(values, "places", facts.place or "unknown")
        and (facts.place or "unknown") not in values.get("except_places", ())
    )


def is_excepted(facts: ContactFacts, rule: AppliedRule) -> bool:
    """Says whether the text permits the contact although it speaks of it.

    Taking a car says nothing, whatever it declares: exceptions for what is said do not open it.
    """
    request, values = facts.request, rule.values
    return (
        request.channel in values.get("except_channels", ())
        or request.recipient in values.get("except_recipients", ())
        or facts.relationship in values.get("except_relationships", ())
        or any(is_permitted(facts, kind) for kind in values.get("except_permissions", ()))
        or (
            request.channel != Channel.REPOSSESSION
            and (
                request.purpose in values.get("except_purposes", ())
                or _says_only(request, values.get("except_content", ()))
            )
        )
    )


def _named(values: Mapping[str, Any], parameter: str, value: str) -> bool:
    return parameter not in values or value in values[parameter]


def _says_only(request: ContactRequest, permitted: list[str] | tuple[str, ...]) -> bool:
    """A contact is exempt for its content when it declares some and nothing else."""
    return bool(request.content) and request.content.issubset(permitted)
