"""Tells those who may publish a proposed version, and later who proposed it, through the inbox."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access.rights import roles_with
from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from accounts.models import User
from compliance.rulepacks.models import RulePackProposal
from core.audit.actors import Actor

PUBLISHES: Final = "rulepack.publish"

register_texts(
    {
        "rulepack.proposed": _(
            "%(who)s proposes version %(version)s of the rule pack %(code)s. Somebody else decides."
        ),
        "rulepack.published": _("%(who)s published version %(version)s of %(code)s."),
        "rulepack.refused": _("%(who)s refused version %(version)s of %(code)s."),
    }
)


def tell_deciders(*, proposal: RulePackProposal, by: Actor) -> None:
    """Asks everybody who may publish, but not who proposed."""
    deciders = User.objects.filter(role__in=roles_with(PUBLISHES)).order_by("pk")
    others = [user for user in deciders if str(user.pk) != by.id]
    _tell(others, Urgency.DO_NOW, "rulepack.proposed", proposal, by)


def tell_proposer(*, proposal: RulePackProposal, is_published: bool, by: Actor) -> None:
    """Says what became of it."""
    asked_by = proposal.approval.requested_by
    key = "rulepack.published" if is_published else "rulepack.refused"
    _tell([asked_by] if asked_by else [], Urgency.KNOW, key, proposal, by)


def _tell(
    to: list[User], urgency: Urgency, key: str, proposal: RulePackProposal, by: Actor
) -> None:
    notify(
        to=to,
        urgency=urgency,
        key=key,
        params={"who": by.label, "code": proposal.code, "version": proposal.version},
        link=reverse("rulepacks:proposal", args=[proposal.pk]),
    )
