"""What field agents do: a day that was made, the route of today, and what waits to be planned.

The clock is held at each step, so that the gate answers for that hour. The trail keeps its own
time: that of loading.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from collections_app.promises.services import record_promise
from collections_app.visits.flow import Position
from collections_app.visits.making import book_visit, check_in, report_visit
from collections_app.visits.models import Visit
from collections_app.visits.photos import add_photo
from collections_app.visits.services import (
    announce_visit,
    cancel_visit,
)
from collections_app.visits.taking import hand_in_cash, record_sighting, take_cash
from collections_app.visits.watching import look_for_overdue
from config.demo_data.floor import Floor
from config.demo_data.history import Say
from config.demo_data.pictures import door, vehicle
from config.demo_data.rounds import (
    CREWS,
    MIDDLES,
    ONE_DAY,
    Round,
    Window,
    candidates_in,
    cities_of,
)
from config.demo_data.staff import Staff
from core import clock
from core.audit import Actor
from loans.borrowers.models import Address

_ROUTE: Final[tuple[Window, ...]] = tuple(
    (dt.time(opens), dt.time(closes))
    for opens, closes in ((9, 11), (10, 12), (11, 13), (13, 15), (15, 17), (16, 18))
)


def make_visits(*, floor: Floor, staff: Staff, say: Say) -> None:
    """Lets the crew of a portfolio make its rounds up to now, where it has a crew and cases."""
    crew = CREWS.get(floor.portfolio.code)
    if crew is None or not floor.cases:
        return
    rounds = Round(
        floor=floor,
        agent=staff.users[crew.agent],
        second=staff.users.get(crew.second),
        lead=staff.users[crew.lead],
        candidates=list(candidates_in(floor, crew.region)),
    )
    made_in, today_in, next_in = cities_of(rounds, crew.region)
    # A small portfolio runs out of cases: what shows a state of its own comes first.
    rounds.city = made_in
    _make_the_day_before(rounds)
    rounds.city = next_in
    _announce_ahead(rounds)
    _call_off(rounds)
    _leave_waiting(rounds, _WAITING[:1])
    rounds.city = made_in
    _make_more_of_the_day_before(rounds)
    rounds.city = today_in
    _make_today(rounds)
    rounds.city = next_in
    _leave_waiting(rounds, _WAITING[1:])
    count = Visit.objects.filter(case__portfolio=floor.portfolio).count()
    say(f"{floor.portfolio.code}: {count} visits")


def _day_before(rounds: Round) -> dt.date:
    """The last working day."""
    day = rounds.today - ONE_DAY
    while day.isoweekday() > 5:
        day -= ONE_DAY
    return day


def _make_the_day_before(rounds: Round) -> None:
    """One met who promised and paid some, one whose car was seen; one that nobody made.

    Who is visited later has the later window: the others of the day come between.
    """
    day = _day_before(rounds)
    met = rounds.planned("ARRANGE", day, _ROUTE[0], "dog")
    if met is not None:
        _go(rounds, met, "V-MET", metres=22, note="met", shows="door", cash=("1021", 3))
        _promise(rounds, met)
    missed = rounds.planned("ARRANGE", day, _ROUTE[4])
    if missed is not None:
        _miss(missed)
    car = rounds.planned("VEHICLE", day, _ROUTE[1], "yard")
    if car is not None:
        _go(rounds, car, "V-VEH-SEEN", metres=18, shows="vehicle", cash=("1022", 5))
    _hand_in_first(rounds)


def _make_more_of_the_day_before(rounds: Round) -> None:
    """One who was not in, and one who had moved, far off the address that was known."""
    day = _day_before(rounds)
    not_in = rounds.planned("NO-REPLY", day, _ROUTE[2])
    if not_in is not None:
        _go(rounds, not_in, "V-NOTMET", metres=41, note="not_in", shows="door")
    moved = rounds.planned("SITUATION", day, _ROUTE[3])
    if moved is not None:
        _go(rounds, moved, "V-MOVED", metres=640, note="moved")


def _make_today(rounds: Round) -> None:
    """The route of today; what lay before this hour is made."""
    purposes = ("ARRANGE", "SITUATION", "NO-REPLY", "DELIVER", "ARRANGE", "VEHICLE")
    notes = ("gate", "", "spouse", "", "", "yard")
    today = rounds.today
    for purpose, window, note in zip(purposes, _windows(rounds), notes, strict=True):
        visit = rounds.planned(purpose, today, window, note)
        if visit is None or visit.closes_at is None:
            continue
        if visit.closes_at <= rounds.floor.now:
            code = "V-NOTMET" if purpose == "NO-REPLY" else "V-MET"
            _go(rounds, visit, code, metres=30, shows="door")


def _windows(rounds: Round) -> tuple[Window, ...]:
    """The windows of today; loaded in the afternoon, the last two still lie ahead."""
    hour = rounds.floor.now.astimezone(rounds.zone).hour
    if not 15 <= hour <= 18:
        return _ROUTE
    last = (dt.time(hour), dt.time(20, 30))
    return (*_ROUTE[:-2], last, last)


def _go(
    rounds: Round,
    visit: Visit,
    code: str,
    *,
    metres: int,
    note: str = "",
    shows: str = "",
    cash: tuple[str, int] | None = None,
) -> None:
    """Makes a visit: the gate at its hour, the door, what is found there, and out again."""
    assert visit.opens_at is not None
    came = visit.opens_at + dt.timedelta(minutes=rounds.floor.rng.randrange(4, 30))
    left = came + dt.timedelta(minutes=rounds.floor.rng.randrange(6, 16))
    agent = rounds.agent
    with clock.held_at(came):
        book_visit(visit=visit)
        check_in(
            visit=visit,
            agent=agent,
            at=came,
            position=_stood(visit.address, metres),
            is_recording=True,
        )
        if shows:
            picture = door if shows == "door" else vehicle
            content = picture(rounds.floor.rng)
            add_photo(visit=visit, agent=agent, content=content, shows=shows, taken_at=came)
        car = visit.case.loan.vehicles.first() if code == "V-VEH-SEEN" else None
        if car is not None:
            record_sighting(
                visit=visit,
                agent=agent,
                vehicle=car,
                is_seen=True,
                at=came,
                condition="worn",
                place=rounds.say("stands"),
            )
        if cash is not None:
            _take_cash(rounds, visit, came, *cash)
    with clock.held_at(left):
        report_visit(
            visit=visit,
            agent=agent,
            result=rounds.floor.results[code],
            at=left,
            note=rounds.say(note) if note else "",
        )


def _stood(address: Address, metres: int) -> Position | None:
    """Where the phone was: so many metres north of what is known of the address."""
    middle = MIDDLES.get(address.city)
    if middle is None:
        return None
    north = Decimal(metres) / Decimal(111_195)  # metres of a degree of latitude
    return Position(Decimal(middle[0]) + north, Decimal(middle[1]), accuracy=12)


def _take_cash(rounds: Round, visit: Visit, at: dt.datetime, number: str, share: int) -> None:
    overdue = visit.case.loan.position.overdue_amount
    take_cash(
        visit=visit,
        agent=rounds.agent,
        number=f"{rounds.floor.portfolio.code}-{number}",
        amount=max(Decimal(1), (overdue / share).quantize(Decimal(1))),
        at=at,
    )


def _hand_in_first(rounds: Round) -> None:
    """The lead has counted one receipt's cash; the other one's is still with who took it."""
    visit = rounds.agent.visits.filter(receipts__isnull=False).order_by("opens_at").first()
    receipt = visit.receipts.get() if visit is not None else None
    if receipt is None:
        return
    with clock.held_at(rounds.at(_day_before(rounds), dt.time(18))):
        hand_in_cash(receipt=receipt, amount=receipt.amount, by=rounds.lead)


def _promise(rounds: Round, visit: Visit) -> None:
    """What was said at the door: half of what is past due, within the week."""
    overdue = visit.case.loan.position.overdue_amount
    assert visit.opens_at is not None
    record_promise(
        loan=visit.case.loan,
        party=visit.party,
        amount=(overdue / 2).quantize(Decimal("0.01")),
        due_on=rounds.floor.portfolio.business_date + 4 * ONE_DAY,
        made_at=visit.opens_at + dt.timedelta(minutes=30),
        by=Actor.of(rounds.agent),
        method="transfer",
    )


def _miss(visit: Visit) -> None:
    """Nobody came and nobody said why: the lead was told."""
    assert visit.opens_at is not None
    assert visit.closes_at is not None
    with clock.held_at(visit.opens_at):
        book_visit(visit=visit)
    late = visit.closes_at + visit.stay
    with clock.held_at(late):
        look_for_overdue(at=late)


def _announce_ahead(rounds: Round) -> None:
    """A visit in two days that was announced by letter."""
    visit = rounds.planned("DELIVER", rounds.today + 2 * ONE_DAY, _ROUTE[1])
    if visit is not None:
        announce_visit(
            visit=visit,
            served_on=rounds.today - ONE_DAY,
            how="post",
            document_ref=f"VN-{rounds.today:%Y%m%d}-1",
            by=Actor.of(rounds.lead),
        )


#: Purposes and notes of what nobody has planned yet.
_WAITING: Final = (("NO-REPLY", "spouse"), ("SITUATION", ""), ("VEHICLE", "yard"))


def _leave_waiting(rounds: Round, wanted: Sequence[tuple[str, str]]) -> None:
    """Visits that were asked for and that nobody has planned yet."""
    for purpose, note in wanted:
        rounds.asked(purpose, _tomorrow(rounds), note)


def _call_off(rounds: Round) -> None:
    visit = rounds.asked("ARRANGE", _tomorrow(rounds))
    if visit is not None:
        cancel_visit(visit=visit, reason=rounds.say("called_off"), by=Actor.of(rounds.lead))


def _tomorrow(rounds: Round) -> dt.datetime:
    return rounds.at(rounds.today + ONE_DAY, dt.time(10))
