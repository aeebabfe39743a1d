"""Contacts that nobody told of: each abusive one offers its pause all the same."""

from __future__ import annotations

from collections.abc import Sequence

from collections_app.contacts.models import Contact
from collections_app.protection.services import protect
from core.facts.services import consume


def follow_contacts() -> int:
    """Consumes one batch of logged contacts. Named in settings.FACT_CONSUMERS."""
    return consume(consumer="protection.contacts", model=Contact, handler=_contacts)


def _contacts(contacts: Sequence[Contact]) -> None:
    abusive = Contact.objects.filter(
        pk__in=[contact.pk for contact in contacts], result__is_abusive=True, pause__isnull=True
    ).select_related("result", "logged_by__team__lead", "case__loan")
    for contact in abusive.order_by("pk"):
        protect(contact=contact)
