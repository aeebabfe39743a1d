"""The people of a case: the borrower and what stands on record of them, and what they owe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from accounts.users.languages import language_name, spoken_language
from collections_app.cases.models import Case
from collections_app.desk.people import lang_of, local_clock, shown_name
from collections_app.promises.models import Promise
from collections_app.promises.queries import as_facts
from compliance.attempts.models import AttemptChannel
from compliance.gate.facts import Channel, StopFact
from compliance.stops.models import StopKind
from core import clock
from loans.borrowers.models import Address, ContactPoint, Party
from loans.contracts.models import LIABLE_ROLES, LoanParty

#: Stops that end contact for good reasons of law or of the person are red, the others amber.
CARE_STOPS = frozenset({StopKind.HARDSHIP, StopKind.VULNERABLE, StopKind.HOLD})


def borrower_facts(
    party: Party, points: list[ContactPoint], addresses: list[Address], now: datetime
) -> dict[str, Any]:
    """Name (masked), how to address the person, their language and the time where they are."""
    places: list[ContactPoint | Address] = [*points, *addresses]
    zones = {zone for place in places for zone in place.time_zones}
    time, offset = local_clock(zones, now)
    return {
        "name": shown_name(party),
        "lang": lang_of(party.full_name),
        "salutation": party.get_salutation_display() if party.salutation else "",
        "language_name": _language_name(party.language),
        "local_time": time,
        "utc_offset": offset,
    }


def _language_name(tag: str) -> str:
    """The language a person speaks, in the words in which agents are matched to it."""
    return language_name(spoken_language(tag)) if tag else ""


def flags(
    case: Case, parties: list[LoanParty], stops: tuple[StopFact, ...], now: datetime
) -> list[dict[str, str]]:
    """The stops in force, with the day each began; a complaint by its number.

    Each leads to the record of whose it is: the borrower's, or that of somebody else on the loan.
    """
    names = {row.party_id: shown_name(row.party) for row in parties}
    zone = clock.zone_of(case.portfolio.time_zone)
    return [
        {
            "tone": "care" if stop.kind in CARE_STOPS else "stop",
            "text": _flag_text(stop, names, zone),
            "href": record_href(stop.party_id or case.borrower_id, case),
        }
        for stop in stops
        if stop.starts_at <= now and (stop.ends_at is None or now < stop.ends_at)
    ]


def opt_out_flags(case: Case, refused: Mapping[Channel, datetime]) -> list[dict[str, str]]:
    """The ways of contact that the borrower refused, with the day of their no."""
    zone = clock.zone_of(case.portfolio.time_zone)
    return [
        {
            "tone": "care",
            "text": _("No %(channel)s wanted since %(day)s")
            % {
                "channel": AttemptChannel(channel.value).label,
                "day": date_format(said_at.astimezone(zone), _("j M")),
            },
            "href": record_href(case.borrower_id, case),
        }
        for channel, said_at in refused.items()
    ]


def _flag_text(stop: StopFact, names: dict[UUID, str], zone: tzinfo) -> str:
    kind = str(StopKind(stop.kind).label)
    words = {
        "stop": kind[:1].upper() + kind[1:],
        "day": date_format(stop.starts_at.astimezone(zone), _("j M")),
        "number": stop.details.get("complaint", ""),
        "name": names.get(stop.party_id, "") if stop.party_id else "",
    }
    if words["number"]:
        return _("Complaint %(number)s open since %(day)s") % words
    if words["name"]:
        return _("%(name)s: %(stop)s since %(day)s") % words
    return _("%(stop)s since %(day)s") % words


def record_href(party_id: UUID, case: Case) -> str:
    """The record of a person, which leads back to the case."""
    back = urlencode({"back": reverse("desk:case", args=[case.pk])})
    return f"{reverse('registers:person', args=[party_id])}?{back}"


def dossier_href(case: Case, user: User) -> str:
    """Where everything on record about the borrower is put together, for who may ask for it."""
    return reverse("dossier:case", args=[case.pk]) if has_right(user, "dossier.make") else ""


def debts_of(*, loan: UUID, borrower: UUID, user: User) -> QuerySet[Any]:
    """Everybody on a case's loan, and the loans its borrower owes, with what was promised.

    One query for both, within the user's portfolios; `is_debt` tells them apart.
    """
    open_case = Case.objects.visible_to(user).open().filter(loan=OuterRef("loan"))
    promises = Promise.objects.filter(loan=OuterRef("loan")).order_by("-made_at", "-pk")
    return (
        LoanParty.objects.visible_to(user)
        .filter(
            Q(loan=loan) | Q(party=borrower, role__in=LIABLE_ROLES),
        )
        .select_related("party", "loan__position", "loan__portfolio")
        .annotate(
            case_pk=Subquery(open_case.values("pk")[:1]),
            case_held_by=Subquery(open_case.values("assignee__full_name")[:1]),
            promises=ArraySubquery(as_facts(promises)),
        )
        .order_by(F("loan__position__oldest_unsatisfied_due_on").asc(nulls_last=True), "loan")
    )


def is_debt(row: LoanParty, case: Case) -> bool:
    """Whether a row of `debts_of` is a loan that the borrower owes."""
    return row.party_id == case.borrower_id and row.role in LIABLE_ROLES


def parties_of(rows: Iterable[LoanParty], case: Case) -> list[LoanParty]:
    """Everybody on the case's loan, of the rows of `debts_of`, in the order of their roles."""
    there = [row for row in rows if row.loan_id == case.loan_id]
    return sorted(there, key=lambda row: (row.role, row.pk))
