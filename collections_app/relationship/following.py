"""The facts a relationship follows. Each call takes one batch; named in settings.FACT_CONSUMERS."""

from __future__ import annotations

from collections.abc import Sequence

from collections_app.contacts.models import Contact, ContactWithdrawal
from collections_app.plans.models import PlanEvent
from collections_app.promises.models import PromiseEvent
from collections_app.relationship.services import refresh_relationships
from compliance.complaints.models import ComplaintEvent
from compliance.consents.models import Consent
from compliance.registers.models import RegisterChange
from core.facts.services import consume


def follow_contacts() -> int:
    """Talks as they are logged."""
    return consume(consumer="relationship.contacts", model=Contact, handler=_contacts)


def follow_withdrawals() -> int:
    """Entries that were taken back."""
    return consume(
        consumer="relationship.withdrawals", model=ContactWithdrawal, handler=_withdrawals
    )


def follow_registers() -> int:
    """Stops that were set."""
    return consume(consumer="relationship.registers", model=RegisterChange, handler=_registers)


def follow_complaints() -> int:
    """Complaints that came in."""
    return consume(consumer="relationship.complaints", model=ComplaintEvent, handler=_complaints)


def follow_consents() -> int:
    """Ways of contact that were refused."""
    return consume(consumer="relationship.consents", model=Consent, handler=_consents)


def follow_promises() -> int:
    """Promises that money judged."""
    return consume(consumer="relationship.promises", model=PromiseEvent, handler=_promises)


def follow_plans() -> int:
    """Plans that were kept to the end or broken."""
    return consume(consumer="relationship.plans", model=PlanEvent, handler=_plans)


def _contacts(contacts: Sequence[Contact]) -> None:
    keys = [contact.pk for contact in contacts]
    refresh_relationships(
        Contact.objects.filter(pk__in=keys).values_list("attempt__party", flat=True)
    )


def _withdrawals(rows: Sequence[ContactWithdrawal]) -> None:
    keys = [row.contact_id for row in rows]
    refresh_relationships(
        Contact.objects.filter(pk__in=keys).values_list("attempt__party", flat=True)
    )


def _registers(changes: Sequence[RegisterChange]) -> None:
    refresh_relationships([change.party_id for change in changes if change.party_id is not None])


def _complaints(events: Sequence[ComplaintEvent]) -> None:
    keys = [event.pk for event in events]
    refresh_relationships(
        ComplaintEvent.objects.filter(pk__in=keys).values_list("complaint__party", flat=True)
    )


def _consents(consents: Sequence[Consent]) -> None:
    refresh_relationships([consent.party_id for consent in consents])


def _promises(events: Sequence[PromiseEvent]) -> None:
    keys = [event.pk for event in events]
    refresh_relationships(
        PromiseEvent.objects.filter(pk__in=keys).values_list("promise__party", flat=True)
    )


def _plans(events: Sequence[PlanEvent]) -> None:
    keys = [event.pk for event in events]
    refresh_relationships(
        PlanEvent.objects.filter(pk__in=keys).values_list("plan__party", flat=True)
    )
