"""What the compliance officer finds: refusals, overrides in every state, incidents."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.services import call_request
from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.incidents import conclude_incident, take_incident
from compliance.attempts.models import Incident, Verdict
from compliance.attempts.services import ContactRefused, record_unsanctioned, reserve, settle
from compliance.gate.facts import Channel, ContactRequest
from compliance.gate.services import decide
from compliance.overrides.models import Override
from compliance.overrides.services import ask_override, decide_override
from compliance.stops.models import Stop
from config.demo_data.floor import Floor, number_of
from config.demo_data.history import Say
from core import clock
from core.audit import SYSTEM, Actor
from loans.borrowers.models import ContactPoint

_GROUND: Final = "requested_information"
#: A call more than the rule allows in a week may be asked for; so these people were called often.
_CALLS_BEFORE: Final = 7
MOST_REFUSALS: Final = 25


def tell_compliance(*, floor: Floor, officer: User, manager: User, say: Say) -> None:
    """Adds what was refused, asked for and made without the gate.

    The gate only knows now, so refusals are of today; and overrides are asked for where somebody
    may be called at this hour.
    """
    if not floor.cases:
        return
    by = Actor.of(officer)
    counts = (_refuse(floor), _ask_overrides(floor, by), _look_into_incidents(floor, manager, by))
    say(
        f"{floor.portfolio.code}: {counts[0]} refusals, {counts[1]} overrides asked for, "
        f"{counts[2]} more unsanctioned contacts"
    )


def _refuse(floor: Floor) -> int:
    """Calls to people under a stop: the gate refuses each at whatever hour it is asked."""
    stops = Stop.objects.in_force(floor.now).filter(party__isnull=False, channel="")
    stopped = set(stops.values_list("party_id", flat=True))
    cases = [case for case in floor.cases if case.borrower_id in stopped]
    return sum(_refusal(floor, case) is not None for case in cases[:MOST_REFUSALS])


def _refusal(floor: Floor, case: Case) -> Verdict | None:
    """Asks for a call now; returns the verdict of a refusal. One that passes is rung and logged."""
    point = number_of(case)
    if point is None:
        return None
    by = Actor.of(floor.agent_of(case))
    request = call_request(case=case, contact_point=point, at=clock.now())
    try:
        attempt = reserve(request=request, by=by)
    except ContactRefused as refusal:
        return refusal.verdict
    settle(attempt=attempt, outcome="no_answer", by=by)
    return None


def _ask_overrides(floor: Floor, officer: Actor) -> int:
    """Of calls that only a rule with room for judgement denies: waiting, granted, refused, used."""
    asked: list[Override] = []
    for case in floor.cases[6::2]:
        if len(asked) == 5:
            break
        if case.assignee is not None and (override := _ask_override(floor, case)) is not None:
            asked.append(override)
    for at, override in enumerate(asked[1:]):
        approve = at != 1
        decide_override(override=override, approve=approve, reason=_why(floor, approve), by=officer)
    if len(asked) > 3:
        _use(asked[3])
    return len(asked)


def _ask_override(floor: Floor, case: Case) -> Override | None:
    """Asks where too many calls in a week are the one objection; None where there is another."""
    point = number_of(case)
    if point is None:
        return None
    if not decide(call_request(case=case, contact_point=point, at=clock.now())).allowed:
        return None
    _call_often(floor, case, point)
    verdict = _refusal(floor, case)
    if verdict is None:
        return None
    denials = [found for found in verdict.findings if found["effect"] == "deny"]
    if any(_GROUND not in found["override"] for found in denials):
        return None
    reason = (
        "客户来函要求今日告知结清金额" if floor.is_chinese else "She asked for her payoff today."
    )
    by = Actor.of(floor.agent_of(case))
    return ask_override(verdict=verdict, factor=_GROUND, reason=reason, by=by)


def _call_often(floor: Floor, case: Case, point: ContactPoint) -> None:
    record_history(
        contacts=[
            HistoricContact(
                portfolio_id=floor.portfolio.pk,
                party_id=case.borrower_id,
                loan_id=case.loan_id,
                channel="call",
                direction="outbound",
                outcome="no_answer",
                at=floor.now - dt.timedelta(hours=20 * turn),
                made_by=floor.agent_of(case).get_full_name(),
                contact_point_id=point.pk,
            )
            for turn in range(1, _CALLS_BEFORE + 1)
        ],
        by=SYSTEM,
    )


def _use(override: Override) -> None:
    """Makes the call that was granted, where the hour allows it."""
    asker = override.approval.requested_by
    if asker is None:
        return
    request = ContactRequest(
        party_id=override.party_id,
        loan_ids=tuple(loan.pk for loan in override.loans.all()),
        channel=Channel.CALL,
        at=clock.now(),
        contact_point_id=override.contact_point_id,
    )
    try:
        attempt = reserve(request=request, by=Actor.of(asker))
    except (ContactRefused, ValidationError):
        return
    settle(attempt=attempt, outcome="conversation", by=Actor.of(asker))


def _look_into_incidents(floor: Floor, manager: User, officer: Actor) -> int:
    """Contacts made without the gate: one waits, one was handed to the manager, two concluded."""
    made = [
        incident
        for at, case in enumerate(floor.cases[8::4][:4])
        if (incident := _unsanctioned(floor, case, days_ago=1 + at)) is not None
    ]
    if len(made) > 1:
        take_incident(incident=made[1], owner=manager, by=officer)
    for incident in made[2:]:
        said = (
            "已与坐席面谈，今后一律由系统外呼。"
            if floor.is_chinese
            else "Talked to the agent: calls are started here, whatever phone is at hand."
        )
        conclude_incident(incident=incident, conclusion=said, by=officer)
    return len(made)


def _unsanctioned(floor: Floor, case: Case, *, days_ago: int) -> Incident | None:
    point = number_of(case)
    if point is None:
        return None
    attempt = record_unsanctioned(
        request=call_request(case=case, contact_point=point, at=floor.local(days_ago)),
        outcome="no_answer",
        reason="外出途中用私人手机联系" if floor.is_chinese else "Called from the car, on my way",
        by=Actor.of(floor.agent_of(case)),
    )
    return Incident.objects.select_related("attempt").get(attempt=attempt)


def _why(floor: Floor, approve: bool) -> str:
    if floor.is_chinese:
        return "来函在案，准予联系一次" if approve else "可书面答复，无须致电"
    return "Her letter is on file." if approve else "A letter answers this as well."
