"""Announcing visits in writing: the notice owed, whether it is still true, what became of it.

A notice is owed in the transaction that plans the visit and taken back in the one that ends it. It
counts from the day it was sent, a letter from the day it is taken to have arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collections_app.cases.models import Case
from collections_app.messages.ways import Way, first_open, ways_of
from collections_app.visits.asking import NOTICE_REASONS
from collections_app.visits.events import tell
from collections_app.visits.flow import ON_A_ROUTE
from collections_app.visits.models import Visit, VisitEventKind
from compliance.gate.facts import Finding
from core import clock
from core.audit.actors import Actor
from notifications.channels.flow import MessageChannel
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from notifications.outbox.services import cancel, enqueue
from notifications.outbox.values import written_date
from notifications.templates.models import MessagePurpose

PREFIX: Final = "visit:"
#: What is there at once and can be shown again comes first.
_ORDER: Final = (MessageChannel.EMAIL, MessageChannel.SMS, MessageChannel.LETTER)
#: A letter is printed with the next batch, and is taken to have arrived on the second working day
#: after it was posted (Interpretation Act 1978, s. 7; CPR 6.26): a weekend may lie between.
PRINTING_DAYS: Final = 1
POSTAL_DAYS: Final = 4


def anchor_of(visit: Visit) -> str:
    """Returns what a notice of a visit is about, for the outbox."""
    return f"{PREFIX}{visit.pk}"


def notices_of(visit: Visit) -> QuerySet[Message]:
    """Returns the notices of a visit that were owed, the latest first."""
    sent = Message.objects.filter(anchor=anchor_of(visit), purpose=MessagePurpose.VISIT_NOTICE)
    return sent.order_by("-planned_at")


def days_asked(left: Sequence[Finding]) -> int:
    """Returns how many days before a visit its notice has to be served; none asked for is 0."""
    return max(
        (int(found.values["days"]) for found in left if found.reason in NOTICE_REASONS), default=0
    )


def check_lead(visit: Visit, left: Sequence[Finding]) -> None:
    """Raises ValidationError where no notice served from now on could be in time for a visit."""
    asked = [found for found in left if found.reason in NOTICE_REASONS]
    if not asked or visit.visit_on is None:
        return
    running = [found.opens_at for found in asked if found.opens_at is not None]
    if running:
        earliest = max(running).astimezone(visit.zone).date()
    else:
        earliest = clock.local_today(visit.time_zone) + timedelta(days=days_asked(left))
    if visit.visit_on < earliest:
        raise ValidationError({"visit_on": _too_soon(earliest)})


def owe_notice(*, visit: Visit, days: int, by: Actor) -> Message | None:
    """Owes the notice of a locked visit on a route; None where no way is open in time.

    Arguments: `days`, how many the rule packs ask for between notice and visit. The first way that
    arrives in time and that the gate permits now, else the first that arrives in time: the outbox
    asks again when it leaves, and lets it expire once it would be too late.
    """
    case = written_to(visit)
    ways = [
        way
        for way in ways_of(case=case, purpose=MessagePurpose.VISIT_NOTICE, order=_ORDER)
        if _useless_from(visit, way, days) > clock.now()
    ]
    if not ways:
        return None
    way = first_open(ways=ways, case=case, at=clock.now()) or ways[0]
    order = way.order(
        case=case,
        anchor=anchor_of(visit),
        step=_next_step(visit),
        send_at=clock.now(),
        expires_at=_useless_from(visit, way, days),
    )
    try:
        if not enqueue(orders=[order], by=by):
            return None
    except ValidationError:
        return None  # its provider has not registered the wording; the page says that nothing went
    message = notices_of(visit).get(step=order.step)
    visit.notice_message, visit.notice = message, None
    visit.save(update_fields=["notice_message", "notice"])
    tell(visit, VisitEventKind.NOTICE_OWED, by, message=str(message.pk), channel=message.channel)
    return message


def take_notice_back(*, visit: Visit, reason: str, by: Actor) -> int:
    """Cancels the notice of a locked visit that has not left yet; returns how many that were.

    The visit forgets the notice it had: another day has another notice.
    """
    visit.notice_message = visit.notice = None
    return cancel(anchor=anchor_of(visit), reason=reason, by=by)


def was_announced(visit: Visit) -> bool:
    """Says whether the person has been told, or is being told, when the visit is."""
    return visit.notice_id is not None or visit.notice_message_id is not None


def still_planned(message: Message) -> Recheck:
    """The visit stands on a route on the day and in the window that the notice names."""
    pk = UUID(message.anchor.removeprefix(PREFIX))
    visit = Visit.objects.filter(pk=pk, state__in=ON_A_ROUTE).first()
    if visit is None or not message.step.startswith(_step(visit)):
        return Recheck(is_still_so=False, reason="no_longer_true")
    assert visit.visit_on is not None  # by the constraint
    fields = {
        "visit_date": written_date(visit.visit_on, message.language),
        "visit_window": f"{visit.opens:%H:%M}–{visit.closes:%H:%M}",
    }
    return Recheck(is_still_so=True, fields=fields)


def unsettled_notices() -> Q:
    """Visits whose notice left, or will not arrive any more, and that do not know it yet."""
    out = Q(notice_message__state__in=("accepted", "delivered"), notice__isnull=True)
    is_posted = ~Q(notice_message__channel="letter") | Q(
        notice_message__letter__batch__posted_on__isnull=False
    )
    lost = Q(notice_message__state__in=("undelivered", "failed", "suppressed", "expired"))
    return Q(notice_message__isnull=False) & ((out & is_posted) | lost)


def left_on(message: Message, visit: Visit) -> date:
    """The day a notice left, where the loan is: a letter's is the day its batch was posted."""
    letter = getattr(message, "letter", None)
    if letter is not None and letter.batch is not None and letter.batch.posted_on is not None:
        posted_on: date = letter.batch.posted_on
        return posted_on
    accepted = message.events.filter(state__in=("accepted", "delivered")).order_by("pk").first()
    at = accepted.at if accepted is not None else clock.now()
    return at.astimezone(clock.zone_of(visit.case.portfolio.time_zone)).date()


def written_to(visit: Visit) -> Case:
    """Returns the case of a visit with who is visited as the person to write to."""
    case = Case.objects.select_related("portfolio", "borrower", "loan").get(pk=visit.case_id)
    case.borrower = visit.party
    return case


def _useless_from(visit: Visit, way: Way, days: int) -> datetime:
    """From when a notice would come too late: the end of its last day, or the visit itself."""
    assert visit.visit_on is not None  # planned
    assert visit.opens_at is not None
    lead = days + (PRINTING_DAYS + POSTAL_DAYS if way.channel == MessageChannel.LETTER else 0)
    last = visit.visit_on - timedelta(days=lead)
    return min(
        datetime.combine(last + timedelta(days=1), time(0), tzinfo=visit.zone), visit.opens_at
    )


def _step(visit: Visit) -> str:
    """One notice for one day and window."""
    return f"notice:{visit.visit_on:%Y%m%d}:{visit.opens:%H%M}-{visit.closes:%H%M}"


def _next_step(visit: Visit) -> str:
    """Another try has a number of its own once the last one came to nothing."""
    step = _step(visit)
    earlier = notices_of(visit).filter(step__startswith=step).count()
    return f"{step}:{earlier}" if earlier else step


def _too_soon(earliest: date) -> str:
    return _("Announced today, this visit may be made from %(day)s on. Choose a later day.") % {
        "day": date_format(earliest, _("j M"))
    }
