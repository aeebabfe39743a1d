"""Fills a question in where the address leaves something out, and gathers what it is asked of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict

from compliance.attempts.models import AttemptChannel, AttemptMode, AttemptPurpose
from compliance.gate.facts import AppliedRule, ContactFacts
from compliance.whatif.editions import Other, others
from compliance.whatif.forms import REACHED_BY, QuestionForm
from compliance.whatif.queries import other_loans_of, people_of, points_of
from core import clock
from loans.borrowers.models import Address, ContactPoint
from loans.contracts.models import Loan, LoanParty

if TYPE_CHECKING:
    from accounts.models import User


_ALMOST_A_MINUTE: Final = timedelta(minutes=1) - timedelta.resolution


@dataclass(frozen=True, slots=True)
class Question:
    """The form, always filled in, and the edition to compare with where one is chosen."""

    form: QuestionForm
    person: LoanParty
    other: Other | None

    def other_rules(self) -> tuple[AppliedRule, ...]:
        """The rules of the other edition, which may count further back than those in force."""
        return self.other.rules(self.form.cleaned_data["organisation"]) if self.other else ()


def question_about(loan: Loan, *, asked: QueryDict, user: User) -> Question:
    """Returns the question about a loan; who is not said is the borrower, when is now.

    Raises LoanParty.DoesNotExist when the person asked about stands in no role to the loan.
    """
    people = people_of(loan, user=user)
    person = _person(people, asked.get("person", ""))
    points = points_of(person.party_id, user=user)
    zones = _zones(person.party_id, points, loan, user=user)
    data = asked.copy()
    data["loan"], data["person"] = str(loan.pk), str(person.party_id)
    _fill(data, zones)
    reached = [point for point in points if point.kind == REACHED_BY.get(data["channel"])]
    if data.get("point") not in {str(point.pk) for point in reached}:
        data["point"] = str(reached[0].pk) if reached else ""
    offered = others(_day(data["day"], zones[0]))
    form = QuestionForm(
        data,
        people=people,
        points=reached,
        loans=other_loans_of(person.party_id, loan=loan, user=user),
        zones=zones,
        others=offered,
    )
    chosen = next((other for other in offered if other.key == data.get("edition")), None)
    return Question(form, person, chosen)


def as_known(facts: ContactFacts) -> ContactFacts:
    """Leaves out contacts later than the moment asked about: a past one did not know them."""
    at = facts.request.at
    return replace(facts, history=tuple(past for past in facts.history if past.at <= at))


def _person(people: list[LoanParty], wanted: str) -> LoanParty:
    if not people:
        raise LoanParty.DoesNotExist
    if not wanted:
        return people[0]
    for row in people:
        if str(row.party_id) == wanted:
            return row
    raise LoanParty.DoesNotExist


def _zones(party_id: UUID, points: list[ContactPoint], loan: Loan, *, user: User) -> list[str]:
    """The clocks the person may live by, the portfolio's own last."""
    homes = Address.objects.visible_to(user).filter(party_id=party_id, is_current=True)
    zones = [zone for row in homes.order_by("pk") for zone in row.time_zones]
    zones += [zone for point in points if point.invalid_since is None for zone in point.time_zones]
    return list(dict.fromkeys([*zones, loan.portfolio.time_zone]))


def _fill(data: Any, zones: list[str]) -> None:
    zone = data.get("zone") if data.get("zone") in zones else zones[0]
    # The full minute to come: what was put on file a moment ago holds by then.
    local = (clock.now() + _ALMOST_A_MINUTE).astimezone(ZoneInfo(zone))
    usual = {
        "zone": zone,
        "channel": AttemptChannel.CALL.value,
        "day": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "mode": AttemptMode.LIVE.value,
        "purpose": AttemptPurpose.PAYMENT.value,
    }
    for name, value in usual.items():
        if not data.get(name):
            data[name] = value


def _day(text: str, zone: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.local_today(zone)
