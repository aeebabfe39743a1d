"""People, contacts, wishes and time as a machine takes them, through the services of the product.

After every step the contact that was just permitted is counted again from the rows of the ledger
by `recount`, which knows no rule of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.models import Attempt
from compliance.attempts.services import (
    ContactRefused,
    correct_outcome,
    record_inbound,
    record_unsanctioned,
    reserve,
    settle,
)
from compliance.conformance.stage import Stage, build_stage
from compliance.consents.services import record_consent
from compliance.gate.facts import CallMode, Channel, ContactRequest
from compliance.preferences.services import add_preference, end_preference
from compliance.stops.services import add_stop, hold, lift_stop
from core import clock
from core.ids import uuid7
from tests.compliance import recount
from tests.loans.builders import CLERK

MINUTE = timedelta(minutes=1)
#: Days around which clocks change, months end, a leap day stands.
STARTS = [
    date(2026, 3, 6),
    date(2026, 10, 29),
    date(2026, 12, 30),
    date(2027, 3, 12),
    date(2028, 2, 27),
    date(2028, 11, 3),
]
CALL_ENDS = [
    *("no_answer", "no_answer", "no_answer", "no_answer", "busy", "no_voicemail", "voicemail"),
    *("voicemail_no_message", "limited_message", "dropped", "conversation", "conversation"),
    *("conversation", "wrong_number", "not_in_service", "not_made"),
]
ENDS = {
    "call": CALL_ENDS,
    "sms": ["sent", "sent", "failed", "not_made"],
    "email": ["sent", "failed"],
    "visit": ["met", "not_met", "not_made"],
}
NOTICE_ENDS = ["connected", "connected", "no_answer", "busy", "dropped"]
STOPS = ["cease", "dispute", "complaint", "attorney", "bankruptcy", "hardship", "deceased",
         "employer_prohibits"]  # fmt: skip
DETAILS = {"employer_prohibits": {"how": "written"}}
WISHES: list[tuple[str, dict[str, Any]]] = [
    ("inconvenient_time", {"days": [0, 2, 4], "opens": time(9), "closes": time(17)}),
    ("inconvenient_time", {"days": [1, 5, 6], "closes": time(12)}),
    ("inconvenient_time", {"days": [3, 6], "opens": time(20), "closes": time(9, 30)}),
    ("inconvenient_place", {"place": "work"}),
    ("agreed_cap", {"rule": "CN-TALK-3D", "count": 1}),
    ("agreed_cap", {"rule": "CN-TALK-3D", "count": 5}),
]
WHO = st.sampled_from(["C1", "C1", "C1", "C2"])
DEBTS = st.sampled_from([("L1",), ("L1",), ("L2",), ("L1", "L2")])
SAYS = [
    *((), (), (), ("verification",), ("complaint_reply",), ("ends_collection",)),
    ("intends_to_invoke_remedy", "payment_request"),
]


@dataclass
class World:
    """One place: its packs, its law counted anew, and people who live there."""

    name: str
    rulesets: tuple[str, ...]
    zones: tuple[str, ...]
    law: recount.Law
    stages: list[Stage] = field(default_factory=list)


def worlds() -> list[World]:
    return [
        World("CN", ("CN",), ("Asia/Shanghai",), recount.CHINA),
        World("US-REGF", ("US_REGF",), ("America/Chicago", "America/New_York"), recount.REG_F),
        World("US-REGF+US-MA", ("US_REGF", "US_MA"), ("America/New_York",),
              recount.REG_F_AND_MASSACHUSETTS),
    ]  # fmt: skip


def people_the_world(world: World, casts: int) -> None:
    """A borrower of two loans and a co-borrower of one: mobile, second number, work, e-mail."""

    def contact(party: str, role: str, channel: str, endpoint: str, debts: list[str]) -> Any:
        return {
            "at": "2026-02-01T18:00:00+00:00",
            "channel": channel,
            "direction": "in",
            "party": party,
            "party_role": role,
            "endpoint": endpoint,
            "debts": debts,
            "outcome": "received",
        }

    scenario = {
        "ruleset": list(world.rulesets),
        "subject": {"tz_candidates": list(world.zones)},
        "history": [
            contact("C1", "debtor", "sms", "M1", ["L1", "L2"]),
            contact("C1", "debtor", "sms", "M2", ["L1"]),
            contact("C1", "debtor", "call", "W1", ["L1"]),
            contact("C1", "debtor", "email", "E1", ["L1"]),
            contact("C2", "co_borrower", "call", "M1", ["L1"]),
        ],
        "state": {"flags": {}},
        "proposed": contact("C1", "debtor", "call", "M1", ["L1"]),
    }
    with clock.held_at(datetime(2026, 2, 1, 18, tzinfo=UTC)):
        world.stages = [build_stage(scenario) for _cast in range(casts)]


class LedgerMachine(RuleBasedStateMachine):
    """Subclasses say which worlds; counters are of the class, so that a run can be told."""

    worlds: list[World]
    counted: Counter[str]
    _casts = 0

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.open_attempts: list[Attempt] = []
        self.settled: list[Attempt] = []
        self.stops: list[Any] = []
        self.preferences: list[Any] = []
        self.last: Any = None

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)
        self.counted["runs"] += 1
        self.tell(self.counted)

    @classmethod
    def tell(cls, counted: Counter[str]) -> None:
        """Called after each run, for whoever wants to know how far it is."""

    @initialize(world=st.integers(0, 2), start=st.sampled_from(STARTS))
    def begin(self, world: int, start: date) -> None:
        self.world = self.worlds[world % len(self.worlds)]
        type(self)._casts += 1
        stages = self.world.stages
        self.stage = stages[self._casts % len(stages)]
        self.now = datetime(start.year, start.month, start.day, tzinfo=UTC)
        self._comes_to("opening", 0, 30)
        loan = self.stage.loans["L1"]
        self.cast = recount.Cast(
            people=tuple(person.pk for person in self.stage.people.values()),
            debts=tuple(loan.pk for loan in self.stage.loans.values()),
            portfolio=loan.portfolio_id,
            zones=self.world.zones,
        )

    # One rule for each kind of thing that happens, so that every run has all of them; what exactly
    # happens is drawn inside.

    @rule(
        who=WHO,
        channel=st.sampled_from(["call"] * 6 + ["sms", "sms", "email", "visit"]),
        number=st.integers(0, 3),
        debts=DEBTS,
        mode=st.sampled_from(["live", "live", "live", "notice"]),
        says=st.sampled_from(SAYS),
        ends=st.integers(-2, 23),
        edge=st.sampled_from([None, None, None, None, None, "opening", "closing"]),
        by=st.sampled_from([-1, 0, 0, 1]),
    )
    def contact(
        self, who: str, channel: str, number: int, debts: tuple[str, ...], mode: str,
        says: tuple[str, ...], ends: int, edge: str | None, by: int,
    ) -> None:  # fmt: skip
        """Asks for a contact, now or at an edge; permitted, it ends at once or stays booked."""
        self._step()
        if edge:
            self._comes_to(edge, number, by)
        self._ask((who, channel, number, debts, mode, says), ends)

    @precondition(lambda self: self.last is not None)
    @rule(
        minutes=st.sampled_from([0, 1, 31, 119, 120, 121, 180, 1440]),
        ends=st.integers(-1, 23),
        times=st.integers(1, 9),
        waits=st.booleans(),
    )
    def contact_is_repeated(self, minutes: int, ends: int, times: int, waits: bool) -> None:
        """The same again, and again, which is how limits are reached.

        Who waits until the instant that the gate named is let through then.
        """
        self._step()
        for _time in range(times):
            self.now += minutes * MINUTE
            opens_at = self._ask(self.last, ends)
            if waits and opens_at is not None:
                self.now = opens_at
                self.counted["waited for"] += 1
                assert self._ask(self.last, ends) is None, f"closed at {opens_at}, as it said"

    @rule(
        minutes=st.sampled_from([1, 1, 29, 60, 119, 120, 121, 480]),
        days=st.sampled_from([0, 0, 0, 1, 1, 6, 7, 30]),
    )
    def time_passes(self, minutes: int, days: int) -> None:
        self._step()
        self.now += timedelta(days=days) if days else minutes * MINUTE

    @rule(
        edge=st.sampled_from(["midnight", "opening", "opening", "opening", "closing"]),
        zone=st.integers(0, 1),
        by=st.sampled_from([-1, 0, 0, 1, 90]),
    )
    def time_comes_to_an_edge(self, edge: str, zone: int, by: int) -> None:
        """To the next midnight, opening or closing on a wall clock, or near it."""
        self._step()
        self._comes_to(edge, zone, by)

    @rule(
        what=st.sampled_from(["ends", "ends", "corrected", "inbound", "by hand", "history"]),
        who=WHO,
        channel=st.sampled_from(["call", "call", "sms", "email", "visit"]),
        number=st.integers(0, 3),
        debts=DEBTS,
        ago=st.sampled_from([0, 0, 5, 119, 600, 1439, 1440, 6 * 1440]),
        ends=st.integers(0, 23),
    )
    def ledger_learns(
        self, what: str, who: str, channel: str, number: int, debts: tuple[str, ...], ago: int,
        ends: int,
    ) -> None:  # fmt: skip
        """How a booked contact ended, that it ended otherwise, or what happened without us."""
        self._step()
        with self._time(), self._may_be_refused():
            if what == "ends" and self.open_attempts:
                self._settle(self.open_attempts.pop(), ends)
            elif what == "corrected" and self.settled:
                self._correct(self.settled[number % len(self.settled)], ends)
            elif what not in ("ends", "corrected"):
                request = self._request(who, channel, number, debts, "live", (), ago=ago)
                self._happened(what, request, ends)

    @rule(
        what=st.sampled_from(["channel", "channel", "call_back", "call_back", "prefers", "takes"]),
        who=WHO,
        channel=st.sampled_from(["call", "sms", "sms", "email"]),
        number=st.none() | st.integers(0, 3),
        answer=st.sampled_from(["yes", "yes", "yes", "no"]),
        debt=st.sampled_from([None, "L1", "L2"]),
        first=st.sampled_from([None, None, 0, 1, 3]),
        last=st.sampled_from([None, 0, 1, 4]),
        wish=st.integers(0, 23),
    )
    def person_says(
        self, what: str, who: str, channel: str, number: int | None, answer: str,
        debt: str | None, first: int | None, last: int | None, wish: int,
    ) -> None:  # fmt: skip
        """A yes or no to a channel, a wish to be called again, a preference, or its end."""
        self._step()
        with self._time(), self._may_be_refused():
            if what == "takes" and self.preferences:
                ended = self.preferences.pop()
                end_preference(preference=ended, reason="changed their mind", by=CLERK)
            elif what == "prefers":
                self._prefers(who, wish, last)
            elif what == "channel":
                point = None if number is None else self._point(who, channel, number)
                self._answers(who, answer, channel=channel, contact_point=point)
            elif what == "call_back":
                self._answers(
                    who,
                    answer,
                    kind="call_back",
                    loan=self.stage.loans[debt] if debt else None,
                    only_on=None if first is None else self._day(first),
                    until=self.now + timedelta(days=last) if last else None,
                )

    @rule(
        what=st.sampled_from(["set", "set", "lifted", "lifted", "person", "loan", "portfolio"]),
        who=WHO,
        kind=st.sampled_from(STOPS),
        channel=st.sampled_from(["", "", "call", "sms"]),
        debt=st.sampled_from([None, "L1"]),
        starts=st.sampled_from([0, 0, 1, 600]),
        lasts=st.sampled_from([None, 1, 60, 60, 600, 1440]),
    )
    def stops_change(
        self, what: str, who: str, kind: str, channel: str, debt: str | None, starts: int,
        lasts: int | None,
    ) -> None:  # fmt: skip
        """A stop is set or lifted; a person, a loan or the portfolio is held."""
        self._step()
        with self._time(), self._may_be_refused():
            if what == "lifted" and self.stops:
                lift_stop(stop=self.stops.pop(), reason="over", by=CLERK)
            elif what in ("person", "loan", "portfolio"):
                self._hold(what, (lasts or 30) * MINUTE)
            elif what == "set":
                self._stop(who, kind, channel, debt, self.now + starts * MINUTE, lasts)

    # --- how it is done --------------------------------------------------------------------

    def _step(self) -> None:
        self.counted["steps"] += 1

    @contextmanager
    def _time(self) -> Iterator[None]:
        with clock.held_at(self.now):
            yield

    @contextmanager
    def _may_be_refused(self) -> Iterator[None]:
        """What a service refuses changes nothing; the next step finds that out."""
        try:
            yield
        except ValidationError:
            self.counted["refused by a service"] += 1

    def _ask(self, asked: Any, ends: int) -> datetime | None:
        """Asks for a contact; returns the instant that a refusal names, if it names one."""
        self.last = asked
        request = self._request(*asked)
        self.counted["asked"] += 1
        with self._time():
            try:
                attempt = reserve(request=request, by=CLERK)
            except ContactRefused as refused:
                self._refused(request, refused)
                return refused.decision.next_allowed_at
            self._judge(attempt)
            if ends < 0:
                self.open_attempts.append(attempt)
            else:
                self._settle(attempt, ends)
        return None

    def _comes_to(self, edge: str, zone: int, by: int) -> None:
        law = self.world.law
        wanted = {"midnight": 0, "opening": law.opens, "closing": law.closes}[edge]
        place = self.world.zones[zone % len(self.world.zones)]
        later = self.now + 2 * MINUTE
        while (shown := recount.local(later, place)[1]) != wanted:
            later += min((wanted - shown) % (24 * 60), 15) * MINUTE
        self.now = later + by * MINUTE

    def _day(self, ahead: int) -> date:
        return date.fromordinal(recount.local(self.now, self.world.zones[0])[0] + ahead)

    def _answers(self, who: str, answer: str, **more: Any) -> None:
        record_consent(
            party=self.stage.people[who],
            answer=answer,
            given_at=self.now,
            source=self._source(),
            by=CLERK,
            **more,
        )

    def _prefers(self, who: str, wish: int, last: int | None) -> None:
        kind, parts = WISHES[wish % len(WISHES)]
        made = add_preference(
            party=self.stage.people[who],
            kind=kind,
            source=self._source(),
            starts_at=self.now,
            until=None if last is None else self._day(last),
            by=CLERK,
            **parts,
        )
        self.preferences.append(made)

    def _hold(self, what: str, lasts: timedelta) -> None:
        loan = self.stage.loans["L1"]
        about = {"person": {"party": self.stage.debtor}, "loan": {"loan": loan},
                 "portfolio": {"portfolio": loan.portfolio}}[what]  # fmt: skip
        made = hold(until=self.now + lasts, reason=self._source(), by=CLERK, **about)
        self.stops.append(made)

    def _stop(
        self, who: str, kind: str, channel: str, debt: str | None, begin: datetime,
        lasts: int | None,
    ) -> None:  # fmt: skip
        made = add_stop(
            party=self.stage.people[who],
            kind=kind,
            source=self._source(),
            starts_at=begin,
            ends_at=None if lasts is None else begin + lasts * MINUTE,
            channel=channel,
            loan=self.stage.loans[debt] if debt else None,
            details=DETAILS.get(kind),
            by=CLERK,
        )
        self.stops.append(made)

    def _happened(self, what: str, request: ContactRequest, ends: int) -> None:
        """The person reached us; or somebody reached them by hand, or before the system."""
        outcome = ENDS[request.channel][ends % len(ENDS[request.channel])]
        if what == "inbound":
            talked = "conversation" if request.channel in ("call", "visit") else "received"
            record_inbound(request=request, outcome=talked, by=CLERK)
        elif what == "by hand":
            record_unsanctioned(request=request, outcome=outcome, reason="by hand", by=CLERK)
        else:
            contact = HistoricContact(
                portfolio_id=self.cast.portfolio,
                party_id=request.party_id,
                loan_id=request.loan_ids[0],
                channel=request.channel,
                direction="outbound",
                outcome=outcome,
                at=request.at,
                contact_point_id=request.contact_point_id,
            )
            record_history(contacts=[contact], by=CLERK)

    def _correct(self, attempt: Attempt, ends: int) -> None:
        known = ENDS[attempt.channel]
        correct_outcome(
            attempt=attempt, outcome=known[ends % len(known)], reason="a slip", by=CLERK
        )

    def _source(self) -> str:
        return f"machine {uuid7()}"

    def _point(self, who: str, channel: str, number: int) -> Any:
        if channel == "visit":
            return None
        if channel == "email":
            return self.stage.points.get((who, "E1"))
        names = ["M1", "M1", "M2", "W1"] if channel == "call" else ["M1", "M1", "M1", "M2"]
        return self.stage.points.get((who, names[number]), self.stage.points[who, "M1"])

    def _request(
        self, who: str, channel: str, number: int, debts: tuple[str, ...], mode: str,
        says: tuple[str, ...], ago: int = 0,
    ) -> ContactRequest:  # fmt: skip
        point = self._point(who, channel, number)
        owed = tuple(debt for debt in debts if debt == "L1" or who == "C1") or ("L1",)
        is_text = channel in ("sms", "email") and self.world.name != "CN"
        return ContactRequest(
            party_id=self.stage.people[who].pk,
            loan_ids=tuple(self.stage.loans[debt].pk for debt in owed),
            channel=Channel(channel),
            at=self.now - ago * MINUTE,
            contact_point_id=point.pk if point else None,
            mode=CallMode(mode) if channel == "call" else CallMode.LIVE,
            content=frozenset(says) | ({"opt_out_statement"} if is_text else set()),
            people_count=2 if channel == "visit" else None,
            is_recorded=True if channel == "visit" else None,
        )

    def _settle(self, attempt: Attempt, ends: int) -> None:
        known = NOTICE_ENDS if attempt.mode == "notice" else ENDS[attempt.channel]
        settle(attempt=attempt, outcome=known[ends % len(known)], by=CLERK)
        self.settled.append(attempt)

    def _judge(self, attempt: Attempt) -> None:
        self.counted["permitted"] += 1
        broken = recount.breaches(attempt.pk, self.world.law, self.cast)
        assert broken == [], f"{self.world.name}: permitted at {self.now}, and breaks {broken}"

    def _refused(self, request: ContactRequest, refused: ContactRefused) -> None:
        """A refusal that the recount finds no reason for would keep people from being helped."""
        self.counted["denied"] += 1
        for found in refused.decision.denials:
            self.counted[f"{self.world.name} {found.code}"] += 1
        place = next(
            (
                point.place
                for point in self.stage.points.values()
                if point.pk == request.contact_point_id
            ),
            "",
        )
        asked = recount.Contact(
            None, request.party_id, request.loan_ids, request.channel, "outbound", request.mode,
            tuple(request.content), request.contact_point_id, place, request.at, "reserved",
        )  # fmt: skip
        codes = [found.code for found in refused.decision.denials]
        assert recount.asked_breaches(asked, self.world.law, self.cast), (
            f"{self.world.name}: refused at {self.now} by {codes}, and nothing is broken"
        )
