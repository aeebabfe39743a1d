"""What can be recorded about a person, as sentences that they say: each leads to its form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from compliance.consents.models import ConsentKind
from compliance.notices.models import NoticeKind, OrderKind
from compliance.preferences.models import PreferenceKind
from compliance.preferences.queries import agreeable_limits
from compliance.registers.queries import Person
from compliance.registers.wording import upper_first
from compliance.stops.models import StopKind
from compliance.stops.rights import MADE_ELSEWHERE, right_to_set


@dataclass(frozen=True, slots=True)
class Choice:
    """One sentence, and the form that records it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that belong together."""

    heading: str
    choices: list[Choice]


def with_back(href: str, back: str) -> str:
    """Returns an address that remembers the page its reader came from."""
    return f"{href}?{urlencode({'back': back})}" if back else href


def record_menu(person: Person, user: User, back: str) -> list[Group]:
    """Returns what this user may record about the person, in groups; empty ones are left out."""
    groups = [
        Group(_("Contact must stop"), _stops(person, user, back)),
        Group(_("Complaint"), _complaint(person, user, back)),
        Group(
            _("When, where and how often"),
            _of(person, user, back, "consent.record", "add_preference", _wishes(person)),
        ),
        Group(
            _("Yes or no to"),
            _of(person, user, back, "consent.record", "record_consent", ConsentKind.choices),
        ),
        Group(
            _("Notice served"),
            _of(person, user, back, "notice.record", "record_notice", NoticeKind.choices),
        ),
        Group(
            _("Order of a court, or agreement"),
            _of(person, user, back, "notice.record", "record_order", OrderKind.choices),
        ),
    ]
    return [group for group in groups if group.choices]


def _stops(person: Person, user: User, back: str) -> list[Choice]:
    """Stops that are heard or decided; a complaint and proceedings bring their own."""
    kinds = [
        (kind, label)
        for kind, label in StopKind.choices
        if kind not in MADE_ELSEWHERE and has_right(user, right_to_set(kind))
    ]
    return _of(person, user, back, "stop.add", "add_stop", kinds)


def _wishes(person: Person) -> list[tuple[str, Any]]:
    """Another number of contacts is offered where a text lets the person agree to one."""
    packs = {code for portfolio in person.portfolios for code in portfolio.rule_packs}
    left_out = set() if agreeable_limits(packs) else {PreferenceKind.AGREED_CAP}
    return [choice for choice in PreferenceKind.choices if choice[0] not in left_out]


def _complaint(person: Person, user: User, back: str) -> list[Choice]:
    if not has_right(user, "complaint.record"):
        return []
    href = reverse("registers:register_complaint", args=[person.party.pk])
    return [Choice(_("Register a complaint"), with_back(href, back))]


def _of(
    person: Person,
    user: User,
    back: str,
    right: str,
    url_name: str,
    kinds: Iterable[tuple[str, Any]],
) -> list[Choice]:
    if not has_right(user, right):
        return []
    return [
        Choice(
            upper_first(label),
            with_back(reverse(f"registers:{url_name}", args=[person.party.pk, kind]), back),
        )
        for kind, label in kinds
    ]
