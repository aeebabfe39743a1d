"""The rounds of field crews: who goes, where, and which cases may be visited on which day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.visits.asking import VisitRefused, preview
from collections_app.visits.flow import Position
from collections_app.visits.models import Visit, VisitPurpose
from collections_app.visits.positions import keep_position
from collections_app.visits.services import Plan, plan_visit, request_visit
from config.demo_data import talk
from config.demo_data.floor import Floor
from core import clock
from core.audit import Actor
from loans.borrowers.models import Address

ONE_DAY: Final = dt.timedelta(days=1)
Window = tuple[dt.time, dt.time]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who visits in one portfolio: two who go, who plans their days, and where they drive."""

    agent: str
    second: str
    lead: str
    region: str


CREWS: Final = {
    "cn-auto": Crew("tan.rui", "xu.lei", "he.jun", "广东"),
    "us-auto": Crew("fay", "", "luis", "TX"),
}
#: City -> its middle, in degrees (WGS-84). Of the others nobody has looked the position up.
MIDDLES: Final = {
    "Dallas": ("32.77670", "-96.79700"),
    "Houston": ("29.76040", "-95.36980"),
    "San Antonio": ("29.42410", "-98.49360"),
    "深圳": ("22.54310", "114.05790"),
    "广州": ("23.12910", "113.26440"),
    "东莞": ("23.02070", "113.75180"),
}


@dataclass(slots=True)
class Round:
    """The visits of one portfolio: its floor, its crew, and the cases that may be visited."""

    floor: Floor
    agent: User
    second: User | None
    lead: User
    candidates: list[tuple[Case, Address]]
    city: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.agent.time_zone)

    @property
    def today(self) -> dt.date:
        return self.floor.now.astimezone(self.zone).date()

    def no_later_than_now(self, at: dt.datetime) -> dt.datetime:
        """Nothing was done yet that lies ahead."""
        return min(at, self.floor.now)

    def at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone)

    def say(self, key: str) -> str:
        return talk.VISITS[key][0 if self.floor.is_chinese else 1]

    def asked(self, purpose: str, at: dt.datetime, note: str = "") -> Visit | None:
        """A visit that is asked for the day before, where the gate would let it pass; or None."""
        # A day is made in one city; where its cases run out, it goes on in the next.
        for case, address in sorted(self.candidates, key=lambda one: one[1].city != self.city):
            self.candidates.remove((case, address))
            with clock.held_at(self.no_later_than_now(at - ONE_DAY)):
                if not preview(case=case, party=address.party, at=at).allowed:
                    continue
                return request_visit(
                    case=case,
                    address=address,
                    purpose=VisitPurpose.objects.get(code=purpose),
                    note=self.say(note) if note else "",
                    by=self.floor.agent_of(case),
                )
        return None

    def planned(self, purpose: str, day: dt.date, window: Window, note: str = "") -> Visit | None:
        """A visit that the lead put into a day the evening before."""
        visit = self.asked(purpose, self.at(day, window[0]), note)
        if visit is None:
            return None
        plan = Plan(self.agent, day, *window, second_visitor=self.second)
        evening = self.no_later_than_now(self.at(day - ONE_DAY, dt.time(17, 30)))
        with clock.held_at(evening):
            _look_up(visit.address, evening, Actor.of(self.lead))
            try:
                plan_visit(visit=visit, plan=plan, reason="", by=Actor.of(self.lead))
            except VisitRefused:
                return None  # waits to be planned
        return Visit.objects.get(pk=visit.pk)


def cities_of(rounds: Round, region: str) -> tuple[str, str, str]:
    """Three cities of a region for three days, those with the most cases first."""
    count = Counter(
        address.city for _case, address in rounds.candidates if address.region == region
    )
    cities = [city for city, _cases in count.most_common(3)] or [""]
    first, second, third = (cities * 3)[:3]
    return second, first, third


def candidates_in(floor: Floor, region: str) -> Iterator[tuple[Case, Address]]:
    """Cases to visit, those of the crew's region first, among them the deepest in arrears."""
    homes = {
        address.party_id: address
        for address in Address.objects.filter(
            party__in=[case.borrower_id for case in floor.cases], is_current=True
        )
        .exclude(time_zones=[])
        .select_related("party__data_key")
        .order_by("-pk")
    }
    ordered = sorted(
        (case for case in floor.cases if case.borrower_id in homes),
        key=lambda case: (
            homes[case.borrower_id].region != region,
            case.loan.position.oldest_unsatisfied_due_on,
            case.loan.contract_no,
        ),
    )
    seen = set()
    for case in ordered:
        if case.borrower_id not in seen:
            seen.add(case.borrower_id)
            yield case, homes[case.borrower_id]


def _look_up(address: Address, at: dt.datetime, by: Actor) -> None:
    middle = MIDDLES.get(address.city)
    if middle is not None:
        position = Position(Decimal(middle[0]), Decimal(middle[1]))
        keep_position(address=address, position=position, at=at, by=by)
