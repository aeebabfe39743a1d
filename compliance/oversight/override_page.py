"""One override as a page: the whole brief that the second person judges."""

from __future__ import annotations

from typing import Any

from accounts.access.decorators import has_right
from accounts.models import User
from compliance.overrides.models import Override
from compliance.oversight.cells import contracts, name, person, verdict_href
from compliance.oversight.override_table import asker_of, is_waiting, state_of
from compliance.oversight.reasons import denials_of
from compliance.oversight.verdict_page import asked_facts, used_of
from compliance.rulepacks.grounds import ground_name
from core import clock


def override_context(override: Override, user: User) -> dict[str, Any]:
    """Returns what the page of an override is given."""
    approval = override.approval
    attempt = getattr(override, "attempt", None)
    decider = approval.decided_by
    return {
        "override": override,
        "state": state_of(override),
        "is_waiting": is_waiting(override, clock.now()),
        "is_own": approval.requested_by_id == user.pk,
        "may_decide_others": has_right(user, "override.decide"),
        "person": person(override.party),
        "contracts": contracts(override.loans.order_by("contract_no")),
        "portfolio": name(override.portfolio.name),
        "asked": asked_facts(override.verdict),
        "asker": name(asker_of(override)),
        "asked_at": approval.requested_at,
        "lapses_at": approval.expires_at,
        "ground": ground_name(override.factor),
        "reason": name(override.reason),
        "reasons": denials_of(override.verdict),
        "used": used_of(override.verdict),
        "verdict_href": verdict_href(override.verdict_id),
        "decider": name(decider.get_full_name() if decider else ""),
        "decided_at": approval.closed_at,
        "decision": name(approval.reason),
        "attempt_href": verdict_href(attempt.verdict_id) if attempt else "",
        "attempt_at": attempt.at if attempt else None,
    }


def may_decide(override: Override, user: User) -> bool:
    """Tells whether this person may still decide it: never one's own."""
    return (
        has_right(user, "override.decide")
        and override.approval.requested_by_id != user.pk
        and is_waiting(override, clock.now())
    )
