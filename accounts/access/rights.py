"""Roles and what each may do. The only place where a role is turned into rights.

A right is named `<concept>.<verb>`. Views, API endpoints and admin pages declare the right they
need (`accounts.access.decorators`); which rows they show is a different question, answered by
`visible_to`.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is employed to do here. Everyone has exactly one."""

    AGENT = "agent", _("Agent")
    FIELD_AGENT = "field_agent", _("Field agent")
    LEGAL_OFFICER = "legal_officer", _("Legal officer")
    TEAM_LEAD = "team_lead", _("Team lead")
    MANAGER = "manager", _("Manager")
    COMPLIANCE_OFFICER = "compliance_officer", _("Compliance officer")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")
    INTEGRATION = "integration", _("Integration")


# What everybody has who signs in with a password.
_PERSON: Final = frozenset({"desk.view", "inbox.view", "preferences.change"})

# Reading what the work on a case needs.
_CASE_READING: Final = frozenset(
    {"case.view", "loan.view", "party.view", "vehicle.view", "contact.view", "promise.view"}
    | {"plan.view", "visit.view"}
)

# Working one's own cases.
_CASE_WORK: Final = frozenset(
    {
        "case.work",
        "contact.record",
        "note.add",
        "callback.manage",
        "promise.add",
        "promise.cancel",
        "plan.propose",
        "party.reveal",
        "party.correct",
        "message.send",
        "reply.handle",
        "stop.add",
        "consent.record",
        "complaint.record",
        "approval.request",
        "visit.request",
    }
)

# Reading the registers of compliance over many people.
_REGISTER_READING: Final = frozenset({"complaint.view", "stop.view"})

# Deciding what the person told us about: the answer to a complaint, the end of a stop.
_REGISTER_KEEPING: Final = frozenset({"complaint.answer", "notice.record", "stop.lift"})

_AGENT: Final = _PERSON | _CASE_READING | _CASE_WORK | {"worklist.claim"}

_TEAM_LEADERSHIP: Final = (
    _REGISTER_READING
    | _REGISTER_KEEPING
    | frozenset(
        {
            "case.view_team",
            "case.assign",
            "legal.view",
            "letter.manage",
            "message.settle",
            "message.view",
            "plan.decide",
            "promise.decide",
            "approval.decide",
            "shift.view",
            "shift.manage",
            "team.view",
            "template.view",
            "report.view",
            "import.view",
            "close.view",
            "floor.view",
            "target.set",
            "visit.plan",
            "worklist.lead",
        }
    )
)

_MANAGEMENT: Final = frozenset(
    {
        "admin.view",
        "case.view_all",
        "case.close",
        "channel.manage",
        "channel.view",
        "dossier.make",
        "hold.manage",
        "loan.adjust",
        "message.hold",
        "rulepack.publish",
        "whatif.view",
        "rulepack.view",
        "waiver.decide",
        "import.run",
        "close.run",
        "strategy.view",
        "strategy.change",
        "strategy.approve",
        "template.write",
        "export.run",
        "training.manage",
        "compliance.view",
        "incident.manage",
    }
)

_OVERSIGHT: Final = _REGISTER_READING | frozenset(
    {"admin.view", "case.view_all", "case.view_team", "audit.view", "report.view", "team.view"}
    | {"import.view", "close.view", "shift.view", "config.view", "user.view", "strategy.view"}
    | {"rulepack.view", "compliance.view", "whatif.view", "message.view", "channel.view"}
    | {"template.view", "legal.view"}
)

_TEAM_LEAD: Final = _AGENT | _TEAM_LEADERSHIP

RIGHTS: Final[dict[Role, frozenset[str]]] = {
    Role.AGENT: _AGENT,
    Role.FIELD_AGENT: _AGENT | {"visit.record"},
    Role.LEGAL_OFFICER: _PERSON
    | _CASE_READING
    | _CASE_WORK
    | {"legal.work", "legal.view", "case.view_team", "document.make", "dossier.make"}
    | {"notice.record"},
    Role.TEAM_LEAD: _TEAM_LEAD,
    Role.MANAGER: _TEAM_LEAD | _MANAGEMENT,
    Role.COMPLIANCE_OFFICER: _PERSON
    | _CASE_READING
    | _OVERSIGHT
    | _REGISTER_KEEPING
    | {
        "approval.decide",
        "approval.request",
        "complaint.record",
        "complaint.decide",
        "consent.record",
        "dossier.make",
        "export.run",
        "hold.manage",
        "incident.manage",
        "message.hold",
        "note.add",
        "override.decide",
        "party.reveal",
        "rulepack.propose",
        "rulepack.publish",
        "stop.add",
        "stop.lift_any",
        "strategy.approve",
        "template.approve",
        "template.write",
        "training.manage",
    },
    Role.ADMINISTRATOR: _PERSON
    | _CASE_READING
    | _OVERSIGHT
    | {
        "approval.decide",
        "approval.request",
        "channel.manage",
        "close.run",
        "config.change",
        "import.run",
        "job.run",
        "message.settle",
        "shift.manage",
        "strategy.change",
        "token.manage",
        "training.manage",
        "user.manage",
    },
    # Reads everything, changes nothing: no right here ends in a verb that writes.
    Role.AUDITOR: _PERSON | _CASE_READING | _OVERSIGHT,
    # Signs in with a token only; each token narrows these further by its own scopes.
    Role.INTEGRATION: frozenset(
        {"import.run", "import.view", "loan.view", "repayment.post", "case.view", "contact.view"}
        | {"receipt.post", "case.view_all", "contact.reserve", "contact.dial", "promise.view"}
        | {"legal.view", "plan.view"}
        | {"callback.manage"}
    ),
}

ALL_RIGHTS: Final[frozenset[str]] = frozenset().union(*RIGHTS.values())

# Who sees every portfolio without a grant; everybody else sees the portfolios granted to them.
ALL_PORTFOLIO_ROLES: Final[frozenset[Role]] = frozenset(
    {Role.ADMINISTRATOR, Role.AUDITOR, Role.COMPLIANCE_OFFICER}
)

# Records of the admin site that need more than looking in: "<app>.<model>" to right.
RECORD_RIGHTS: Final[dict[str, str]] = {
    "core.auditentry": "audit.view",
    "core.auditseal": "audit.view",
    # Of the installation as a whole: they cannot be told apart by portfolio.
    "core.datakey": "config.view",
    "core.factcursor": "config.view",
    "core.factsetaside": "config.view",
    "core.heartbeat": "config.view",
    "core.idempotencykey": "config.view",
    "core.jobrun": "config.view",
    "core.lastrun": "config.view",
    "core.storedfile": "config.view",
}


def rights_of(role: str) -> frozenset[str]:
    """Returns the rights of a role; an unknown role has none."""
    return RIGHTS[Role(role)] if role in Role.values else frozenset()


def roles_with(right: str) -> frozenset[Role]:
    """Returns the roles that have a right."""
    return frozenset(role for role, rights in RIGHTS.items() if right in rights)
