"""What the stage of proceedings closes, as a stop on the loan that the gate reads."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from collections_app.legal.models import Proceeding
from compliance.stops.models import Stop, StopKind
from compliance.stops.services import add_stop, lift_stop
from core import clock
from core.audit.actors import Actor


def stops_of(proceeding: Proceeding) -> list[Stop]:
    """Returns the stops in force that these proceedings set; one at most, in order."""
    mine = Stop.objects.filter(
        loan=proceeding.case.loan_id,
        kind=StopKind.PROCEEDINGS,
        details__number=proceeding.label,
        lifted_at__isnull=True,
    )
    return list(mine.order_by("starts_at"))


def set_restrictions(*, proceeding: Proceeding, closes: Sequence[str], by: Actor) -> None:
    """Brings the stop on the loan in line with what a stage closes; the same again is a no-op."""
    wanted = " ".join(closes)
    standing = stops_of(proceeding)
    if wanted and [stop.details.get("closes") for stop in standing] == [wanted]:
        return
    for stop in standing:
        lift_stop(
            stop=stop,
            reason=_("%(number)s: %(stage)s")
            % {"number": proceeding.label, "stage": proceeding.get_stage_display()},
            by=by,
        )
    if wanted:
        add_stop(
            loan=proceeding.case.loan,
            kind=StopKind.PROCEEDINGS,
            source=f"{proceeding.label} {proceeding.stage}",
            starts_at=clock.now(),
            details={"number": proceeding.label, "closes": wanted},
            by=by,
        )
