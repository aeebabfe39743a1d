"""What may be sent by hand from a case: which wordings, to which number or address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from collections_app.cases.models import Case
from loans.borrowers.models import Address, ContactKind, ContactPoint
from notifications.channels.flow import MessageChannel
from notifications.outbox.models import Message
from notifications.templates.checks import PacksToday, lacking_for, packs_today
from notifications.templates.flow import TemplateStatus
from notifications.templates.models import MessagePurpose, MessageTemplate, TemplateVersion

#: What a person sends. Everything else follows from a date, a promise or a payment, and is planned.
BY_HAND: Final = (
    MessagePurpose.OVERDUE,
    MessagePurpose.PAYMENT_DETAILS,
    MessagePurpose.SERVICE,
)
_KINDS: Final = {
    ContactKind.PHONE: MessageChannel.SMS,
    ContactKind.EMAIL: MessageChannel.EMAIL,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a number, an e-mail or a postal address, shown masked."""

    key: str
    channel: MessageChannel
    masked: str
    contact_point_id: UUID | None = None
    address_id: UUID | None = None


def places_of(points: list[ContactPoint], addresses: list[Address]) -> list[Place]:
    """Returns where the person can be written to, the best first; what is invalid is left out."""
    found = [
        Place(f"point:{point.pk}", channel, point.masked, contact_point_id=point.pk)
        for point in points
        if point.invalid_since is None and (channel := _KINDS.get(ContactKind(point.kind)))
    ]
    found.extend(
        Place(f"address:{one.pk}", MessageChannel.LETTER, one.masked, address_id=one.pk)
        for one in addresses
    )
    return found


def languages_of(case: Case) -> tuple[str, str]:
    """The person's language, then the portfolio's; the person's own where they named one."""
    own: str = case.borrower.language or case.portfolio.language
    return own, case.portfolio.language


def wordings_for(case: Case, purposes: Sequence[MessagePurpose] = BY_HAND) -> list[MessageTemplate]:
    """Returns the templates of some purposes, those sent by hand, that fit the case's borrower.

    Those with an approved wording in the person's language or the portfolio's that says what every
    rule pack of the portfolio asks for. A fixed number of queries.
    """
    approved = TemplateVersion.objects.filter(
        status=TemplateStatus.APPROVED, language__in=languages_of(case)
    ).select_related("template")
    templates = MessageTemplate.objects.filter(purpose__in=purposes).prefetch_related(
        Prefetch("versions", queryset=approved, to_attr="approved")
    )
    packs = packs_today(case.portfolio.rule_packs)
    return [one for one in templates.order_by(*_ORDER) if _is_fit(case, one, packs)]


_ORDER: Final = ("purpose", "channel", "name")


def _is_fit(case: Case, template: MessageTemplate, packs: PacksToday) -> bool:
    versions = {version.language: version for version in template.approved}  # type: ignore[attr-defined]
    wording = next((versions[one] for one in languages_of(case) if one in versions), None)
    return wording is not None and not lacking_for(template=template, wording=wording, packs=packs)


def sent_by_hand(case: Case, template: MessageTemplate, step: str) -> QuerySet[Message]:
    """The messages of one wording sent from the case whose step begins so."""
    return Message.objects.filter(
        party=case.borrower_id,
        purpose=template.purpose,
        channel=template.channel,
        anchor=anchor_of(case),
        step__startswith=step,
    )


def anchor_of(case: Case) -> str:
    """What a message sent by hand is about."""
    return f"case:{case.pk}"
