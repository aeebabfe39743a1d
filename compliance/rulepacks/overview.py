"""The packs at a glance: in force, next, waiting for a second person, and who names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse

from compliance.rulepacks.editions import open_proposals
from compliance.rulepacks.models import RulePack, RulePackProposal, RulePackVersion
from compliance.rulepacks.names import pack_name
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack in the list. `portfolios` are the codes of those that name it and the user sees."""

    code: str
    name: str
    place: str
    href: str
    in_force: RulePackVersion | None
    next: RulePackVersion | None
    proposal: RulePackProposal | None
    proposal_href: str
    portfolios: tuple[str, ...]


def pack_lines(*, user: User, day: date) -> list[PackLine]:
    """Returns every pack, and packs that are only proposed; four queries."""
    versions: dict[int, list[RulePackVersion]] = {}
    for version in RulePackVersion.objects.order_by("version"):
        versions.setdefault(version.pack_id, []).append(version)
    proposals = {proposal.code: proposal for proposal in open_proposals()}
    named: dict[str, list[str]] = {}
    for portfolio, codes in _portfolios(user):
        for code in codes:
            named.setdefault(code, []).append(portfolio)
    packs = list(RulePack.objects.order_by("place", "code"))
    lines = [_line(pack, versions.get(pack.pk, []), proposals, named, day) for pack in packs]
    known = {pack.code for pack in packs}
    return lines + [
        _proposed_only(proposal) for code, proposal in proposals.items() if code not in known
    ]


def portfolios_naming(code: str, *, user: User) -> list[Portfolio]:
    """Returns the portfolios the user may see that name a pack."""
    return list(
        Portfolio.objects.visible_to(user).filter(is_active=True, rule_packs__contains=[code])
    )


def _portfolios(user: User) -> list[tuple[str, list[str]]]:
    return list(
        Portfolio.objects.visible_to(user).filter(is_active=True).values_list("code", "rule_packs")
    )


def _line(
    pack: RulePack,
    versions: list[RulePackVersion],
    proposals: dict[str, RulePackProposal],
    named: dict[str, list[str]],
    day: date,
) -> PackLine:
    begun = [version for version in versions if version.effective_from <= day]
    later = [version for version in versions if version.effective_from > day]
    proposal = proposals.get(pack.code)
    return PackLine(
        code=pack.code,
        name=pack_name(pack.name),
        place=pack.place,
        href=reverse("rulepacks:pack", args=[pack.code]),
        in_force=begun[-1] if begun else None,
        next=later[-1] if later else None,
        proposal=proposal,
        proposal_href=reverse("rulepacks:proposal", args=[proposal.pk]) if proposal else "",
        portfolios=tuple(named.get(pack.code, ())),
    )


def _proposed_only(proposal: RulePackProposal) -> PackLine:
    """A pack that begins with its first proposal."""
    href = reverse("rulepacks:proposal", args=[proposal.pk])
    return PackLine(
        code=proposal.code,
        name=pack_name(proposal.document["name"]),
        place=proposal.document["place"],
        href=href,
        in_force=None,
        next=None,
        proposal=proposal,
        proposal_href=href,
        portfolios=(),
    )
