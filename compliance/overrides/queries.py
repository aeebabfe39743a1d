"""Reads of overrides: which one lets a refused contact pass."""

from __future__ import annotations

from compliance.gate.facts import ContactRequest, Decision, Finding
from compliance.overrides.models import Override


def override_for(*, request: ContactRequest, decision: Decision) -> Override | None:
    """Returns the granted, unused override that lets this very contact pass, or None.

    It must be about the same person, loans, channel, number, way and purpose, and every rule that
    objects now must have been overridden and still permit it for the stated ground.
    """
    granted = (
        Override.objects.usable(request.at)
        .filter(
            party=request.party_id,
            channel=request.channel,
            contact_point=request.contact_point_id,
            mode=request.mode,
            purpose=request.purpose,
            organisation=request.organisation,
        )
        .select_related("approval__decided_by")
        .prefetch_related("loans")
        .order_by("valid_until", "pk")
    )
    for override in granted:
        same_loans = {loan.pk for loan in override.loans.all()} == set(request.loan_ids)
        if same_loans and all(_covers(override, found) for found in decision.denials):
            return override
    return None


def override_waiting(request: ContactRequest) -> Override | None:
    """Returns the override of this very contact that waits for a decision, or None."""
    waiting = Override.objects.waiting(request.at).filter(
        party=request.party_id,
        channel=request.channel,
        contact_point=request.contact_point_id,
        loans__in=request.loan_ids,
    )
    return waiting.select_related("approval__requested_by").first()


def _covers(override: Override, found: Finding) -> bool:
    return found.code in override.codes and override.factor in found.override
