"""Skips: what one needs, and when the lead hears of it."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access.rights import Role
from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from accounts.models import User
from collections_app.worklist.flow import SKIPS_IN_A_ROW, EndedBy, SkipReason
from collections_app.worklist.lease_models import Lease
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from core.encryption.words import words_in

IN_A_ROW: Final = "skips.in_a_row"
TAKEN_OVER: Final = "lease.taken_over"
#: More in a row than anybody makes in a day.
_LOOKED_AT: Final = 60

register_texts(
    {
        IN_A_ROW: gettext_lazy(
            "%(who)s has skipped %(number)s people in a row. Ask what is wrong."
        ),
        TAKEN_OVER: gettext_lazy("%(who)s has taken over the person of %(contract_no)s from you."),
    }
)


def check_skip(*, reason: str, note: str) -> None:
    """Raises ValidationError, by field, for a skip that says too little or too much."""
    if reason not in SkipReason.values:
        raise ValidationError({"reason": _("Choose why you skip this person.")})
    if reason == SkipReason.OTHER and not note.strip():
        raise ValidationError({"note": _("Say in a few words what it is.")})
    try:
        refuse_card_numbers(note)
    except ValidationError as refusal:
        raise ValidationError({"note": refusal.messages}) from refusal


def sealed_note(lease: Lease, note: str) -> bytes | None:
    """Seals the words of a skip under the key of the person they are about."""
    if not note.strip():
        return None
    return seal(
        key=lease.party.data_key,
        plaintext=note.strip()[:500],
        table=Lease._meta.db_table,
        column="skip_note",
        row_id=lease.pk,
    )


def note_of(lease: Lease) -> str:
    """Returns the words of a skip; nothing where none were said or the person was erased."""
    return words_in(lease, "skip_note", key=lease.party.data_key)


def skips_in_a_row(agent: User) -> int:
    """Returns how many people the agent has skipped since something came of one."""
    ended = Lease.objects.filter(
        agent=agent, ended_because__in=[EndedBy.SAVED, EndedBy.SKIPPED]
    ).order_by("-ended_at", "-pk")
    ends = ended.values_list("ended_because", flat=True)[:_LOOKED_AT]
    return sum(1 for _end in takewhile(lambda because: because == EndedBy.SKIPPED, ends))


def tell_lead(agent: User, *, at: datetime) -> None:
    """Puts a note into the lead's inbox at every third skip in a row."""
    number = skips_in_a_row(agent)
    if not number or number % SKIPS_IN_A_ROW:
        return
    notify(
        to=leads_of(agent),
        urgency=Urgency.DO_NOW,
        key=IN_A_ROW,
        params={"who": agent.get_full_name(), "number": number},
        link=f"{reverse('worklist:skips')}?agent={agent.pk}&on={at:%Y-%m-%d}",
    )


def tell_agent(lease: Lease, lead: User) -> None:
    """Puts a note into the inbox of whose person was taken over."""
    notify(
        to=[lease.agent],
        urgency=Urgency.DO_NOW,
        key=TAKEN_OVER,
        params={"who": lead.get_full_name(), "contract_no": lease.case.loan.contract_no},
        link=reverse("desk:case", args=[lease.case_id]),
    )


def leads_of(agent: User) -> list[User]:
    """Returns who leads an agent: the lead of the team, else its team leads, else the managers."""
    others = User.objects.active().exclude(pk=agent.pk)
    if agent.team_id is not None:
        lead = others.filter(leads=agent.team_id)
        near = others.filter(Q(team=agent.team_id), role=Role.TEAM_LEAD)
        for found in (lead, near):
            if people := list(found):
                return people
    return list(others.filter(role=Role.MANAGER))
