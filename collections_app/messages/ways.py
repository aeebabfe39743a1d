"""How a person of a case can be written to: approved wordings and the places they may go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from collections_app.cases.models import Case
from collections_app.messages.queries import Place, languages_of, places_of, wordings_for
from compliance.gate.services import decide
from loans.borrowers.models import Address, ContactPoint
from notifications.channels.flow import MessageChannel
from notifications.outbox.gating import question
from notifications.outbox.orders import Order
from notifications.templates.models import MessagePurpose, MessageTemplate


@dataclass(frozen=True, slots=True)
class Way:
    """One approved wording and the place it goes to."""

    template: MessageTemplate
    place: Place

    @property
    def channel(self) -> MessageChannel:
        return self.place.channel

    def order(
        self, *, case: Case, anchor: str, step: str, send_at: datetime, expires_at: datetime
    ) -> Order:
        """Returns what is owed to the case's borrower about its loan, going this way."""
        return Order(
            portfolio_id=case.portfolio_id,
            party_id=case.borrower_id,
            loan_ids=(case.loan_id,),
            template_id=self.template.pk,
            anchor=anchor,
            step=step,
            send_at=send_at,
            expires_at=expires_at,
            language=languages_of(case)[0],
            contact_point_id=self.place.contact_point_id,
            address_id=self.place.address_id,
        )


def ways_of(
    *, case: Case, purpose: MessagePurpose, order: Sequence[MessageChannel]
) -> Iterator[Way]:
    """Yields the ways to tell the case's borrower something, in the order of channels given.

    Who is written to is `case.borrower`: set another party there to write to them. The wording is
    the approved one that says what every rule pack asks for; nothing is yielded without one.
    """
    points = ContactPoint.objects.filter(party=case.borrower, invalid_since=None)
    addresses = Address.objects.filter(party=case.borrower, is_current=True)
    places = places_of(list(points.order_by("pk")), list(addresses.order_by("pk")))
    templates = wordings_for(case, (purpose,))
    for channel in order:
        template = next((one for one in templates if one.channel == channel), None)
        place = next((one for one in places if one.channel == channel), None)
        if template is not None and place is not None:
            yield Way(template, place)


def first_open(*, ways: Iterable[Way], case: Case, at: datetime) -> Way | None:
    """Returns the first of the ways that the gate permits at a moment. Stores nothing."""
    return next((way for way in ways if _is_open(way, case, at)), None)


def _is_open(way: Way, case: Case, at: datetime) -> bool:
    asked = question(
        template=way.template,
        languages=languages_of(case),
        party_id=case.borrower_id,
        loan_ids=(case.loan_id,),
        contact_point_id=way.place.contact_point_id,
        at=at,
    )
    return decide(asked).allowed
