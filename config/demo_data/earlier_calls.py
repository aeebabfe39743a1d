"""Calls of the week before last, let pass by the gate at their hour: some were followed by heat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from collections_app.contacts.services import call_request, log_call, start_call
from compliance.gate.services import decide
from compliance.stops.models import Stop
from core import clock

if TYPE_CHECKING:
    from config.demo_data.floor import Floor

#: How such calls ended, in turn. Who hung up once is strained, who shouted is too.
_ENDED: Final = ("NA", "RPC-REF", "NA", "VM", "RPC-HANG", "NA", "BZ", "RPC-REF", "NA", "RPC-ABUSE")
_MOST: Final = 48


def call_before(floor: Floor) -> int:
    """Calls of eight to eleven days ago on cases without a stop; returns how many were made.

    Where the gate would have said no nobody called.
    """
    from config.demo_data.floor import number_of, wrapup_of

    stopped = set(Stop.objects.values_list("party_id", flat=True))
    free = [case for case in floor.cases if case.borrower_id not in stopped and case.assignee]
    made = 0
    for case in (free[6::3] or free)[:_MOST]:
        point, agent = number_of(case), case.assignee
        if point is None or agent is None:
            continue
        with clock.held_at(floor.local(floor.rng.randrange(8, 12))):
            asked = call_request(case=case, contact_point=point, at=clock.now())
            if not decide(asked).allowed:
                continue
            attempt = start_call(case=case, contact_point=point, agent=agent)
            wrapup = wrapup_of(floor, _ENDED[made % len(_ENDED)])
            log_call(case=case, attempt=attempt, wrapup=wrapup, agent=agent)
        made += 1
    return made
