"""Documents of rule packs for tests: small ones, made anew for each."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from accounts.access.rights import Role
from accounts.models import User

_HOURS: dict[str, Any] = {
    "rule": "window",
    "code": "T-HOURS",
    "values": {"opens": "08:00", "closes": "21:00", "channels": ["call", "sms"]},
    "citation": "12 CFR 1006.6(b)(1)(i)",
    "binding": {"lender": "policy", "agency": "law"},
    "override": [],
}
_CAP: dict[str, Any] = {
    "rule": "caps",
    "code": "T-CAP",
    "values": {"limit": 7, "days": 7, "unit": "person_debt", "outcomes": ["conversation"]},
    "citation": "12 CFR 1006.14(b)(2)(i)(A)",
    "binding": "policy",
    "override": ["active_litigation"],
}


def pack_document(**changes: Any) -> dict[str, Any]:
    """A pack of two rules, in force since 2021."""
    return deepcopy(
        {
            "code": "TEST",
            "name": "Rules of the tests",
            "version": 1,
            "effective_from": "2021-01-01",
            "rules": [_HOURS, _CAP],
        }
        | changes
    )


def next_document(**changes: Any) -> dict[str, Any]:
    """Its second version: one call less, from a day far ahead."""
    document = pack_document(version=2, effective_from="2031-01-01")
    document["rules"][1]["values"]["limit"] = 6
    return document | changes


def officer(name: str, role: Role = Role.COMPLIANCE_OFFICER) -> User:
    """Somebody who may propose and publish, unless the role says less."""
    return User.objects.create_user(
        email=f"{name.lower()}@example.com", password="not used here", full_name=name, role=role
    )
