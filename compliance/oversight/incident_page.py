"""One incident as a page: the contact that was made, and what became of looking into it."""

from __future__ import annotations

from typing import Any

from compliance.attempts.models import Attempt, Incident, Outcome
from compliance.attempts.queries import with_outcome
from compliance.oversight.cells import contracts, name, person
from compliance.oversight.incident_table import age_of
from loans.contracts.models import Loan


def incident_context(incident: Incident) -> dict[str, Any]:
    """Returns what the page of an incident is given."""
    attempt = incident.attempt
    outcome = with_outcome(Attempt.objects.filter(pk=attempt.pk)).values_list("outcome", flat=True)
    ended = outcome.first()
    return {
        "incident": incident,
        "age": age_of(incident),
        "person": person(attempt.party),
        "contracts": contracts(Loan.objects.filter(attempts=attempt).order_by("contract_no")),
        "portfolio": name(attempt.portfolio.name),
        "channel": attempt.get_channel_display(),
        "made_at": attempt.at,
        "made_by": name(attempt.made_by),
        "recorded_at": attempt.known_at,
        "outcome": Outcome(ended).label if ended else "",
        "said": name(incident.reason),
        "owner": name(incident.owner.get_full_name() if incident.owner else ""),
        "conclusion": name(incident.conclusion),
        "closed_by": name(incident.closed_by),
    }
