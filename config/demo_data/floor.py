"""What collectors did on the open cases: calls before and since go-live, promises, stops, steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from accounts.models import User
from collections_app.cases.models import Case, NextStep
from collections_app.cases.services import assign, set_next_step
from collections_app.contacts.asks import Ask, DisputedMatter, PaidThrough, WhyLate
from collections_app.contacts.models import ResultCode
from collections_app.contacts.services import (
    log_call,
    log_inbound_call,
    log_unsanctioned_call,
    start_call,
)
from collections_app.contacts.wrapup import Answers, Wrapup
from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.services import ContactRefused
from compliance.consents.services import record_consent
from compliance.stops.models import Stop, StopKind
from compliance.stops.rights import MADE_ELSEWHERE
from compliance.stops.services import add_stop, lift_stop
from config.demo_data import talk
from config.demo_data.earlier_calls import call_before
from config.demo_data.history import Say
from config.demo_data.money_planned import agree_plans
from config.demo_data.money_promised import promise_of, take_promises, take_promises_of_before
from config.demo_data.promised import promise_call, promise_calls, write_notes
from config.demo_data.staff import Staff
from core import clock
from core.audit import SYSTEM, Actor
from loans.borrowers.models import ContactPoint
from loans.contracts.models import PartyRole
from loans.portfolios.models import Portfolio

_OUTCOMES: Final = (
    ("no_answer", 45),
    ("voicemail", 12),
    ("busy", 8),
    ("conversation", 22),
    ("third_party", 6),
    ("dropped", 4),
    ("wrong_number", 3),
)
_HOURS: Final = (9, 10, 11, 13, 14, 15, 16, 17, 18, 19)


@dataclass(slots=True)
class Floor:
    """The open cases of one portfolio and everything needed to work them."""

    portfolio: Portfolio
    cases: list[Case]
    agents: list[User]
    leads: list[User]
    results: dict[str, ResultCode]
    rng: Random
    now: dt.datetime

    @property
    def is_chinese(self) -> bool:
        return self.portfolio.country == "CN"

    def some(self, one_in: int, *, offset: int = 0) -> list[Case]:
        """Returns every so-manieth case; at least one where there is any."""
        return self.cases[offset % one_in :: one_in] or self.cases[:1]

    def local(self, days_ago: int) -> dt.datetime:
        """Returns a moment in working hours some days ago, where the portfolio is."""
        zone = ZoneInfo(self.portfolio.time_zone)
        day = self.now.astimezone(zone).date() - dt.timedelta(days=days_ago)
        clock_time = dt.time(self.rng.choice(_HOURS), self.rng.randrange(60))
        return dt.datetime.combine(day, clock_time, zone)

    def agent_of(self, case: Case) -> User:
        """Returns who holds the case, or a lead where nobody does."""
        return case.assignee or self.leads[0]

    def note(self, code: str) -> str:
        chinese, english = talk.NOTES.get(code, (("",), ("",)))
        return self.rng.choice(chinese if self.is_chinese else english)


def work_cases(
    *, portfolio: Portfolio, staff: Staff, seed: int, teams: tuple[str, ...], say: Say
) -> Floor:
    """Lets the floor work the open cases of a portfolio as it would have by this morning."""
    cases = list(
        Case.objects.open()
        .filter(portfolio=portfolio)
        .select_related("loan__position", "borrower", "assignee", "portfolio")
        .order_by("loan__contract_no")
    )
    floor = Floor(
        portfolio=portfolio,
        cases=cases,
        agents=staff.agents(teams),
        leads=[lead for team in teams if (lead := staff.teams[team].lead) is not None],
        results={row.code: row for row in ResultCode.objects.all()},
        rng=Random(f"{seed}/{portfolio.code}/floor"),
        now=clock.now(),
    )
    if not cases:
        return floor
    counts = {
        "earlier contacts": _bring_history(floor),
        "stops": _set_stops(floor),
        "consents": _note_consents(floor),
        "earlier calls": call_before(floor),
        "calls logged": _log_inbound(floor) + _log_unsanctioned(floor) + _call_now(floor),
        "promises": take_promises(floor),
        "next steps": _plan_next_steps(floor),
        "callbacks": promise_calls(floor),
        "notes": write_notes(floor),
        "plans": agree_plans(floor),
        "reassigned": _reassign(floor),
        "promises of before": take_promises_of_before(floor),
    }
    say(f"{portfolio.code}: {len(cases):,} open cases; " + _listed(counts))
    return floor


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items())


def _bring_history(floor: Floor) -> int:
    """The contacts of the last thirty days, as the old system exported them at go-live."""
    names, weights = zip(*_OUTCOMES, strict=True)
    contacts = []
    for case in floor.cases:
        days_ago = [
            floor.rng.randrange(2, 30) for _turn in range(floor.rng.choice((0, 1, 2, 3, 5)))
        ]
        if floor.rng.random() < 0.4:
            days_ago.append(1)  # so that yesterday was a day of work like any other
        for days in days_ago:
            contacts.append(
                HistoricContact(
                    portfolio_id=floor.portfolio.pk,
                    party_id=case.borrower_id,
                    loan_id=case.loan_id,
                    channel="call",
                    direction="outbound" if floor.rng.random() < 0.9 else "inbound",
                    outcome=floor.rng.choices(names, weights)[0],
                    at=floor.local(days),
                    made_by=_caller(floor, case, days).get_full_name(),
                )
            )
        if floor.rng.random() < 0.4:
            contacts.append(
                HistoricContact(
                    portfolio_id=floor.portfolio.pk,
                    party_id=case.borrower_id,
                    loan_id=case.loan_id,
                    channel="sms",
                    direction="outbound",
                    outcome="sent",
                    at=floor.local(floor.rng.randrange(2, 12)),
                )
            )
    return record_history(contacts=contacts, by=SYSTEM)


def _caller(floor: Floor, case: Case, days_ago: int) -> User:
    """Who holds the case now called in the last week; before, it was anybody."""
    return floor.agent_of(case) if days_ago < 8 else floor.rng.choice(floor.agents)


def _set_stops(floor: Floor) -> int:
    """Stops of every kind that is set by hand; some end by themselves, one was lifted."""
    kinds = [kind for kind in StopKind.values if kind not in MADE_ELSEWHERE]
    chosen = floor.some(17, offset=3)
    number = max(len(kinds) + 1, len(chosen))
    for at in range(number):
        stop = _set_stop(floor, chosen[at % len(chosen)], kinds[at % len(kinds)])
        if at == len(kinds):
            reason = "争议已核实并答复" if floor.is_chinese else "Answered; the balance was right"
            lift_stop(stop=stop, reason=reason, by=_lead(floor))
    return number


def _set_stop(floor: Floor, case: Case, kind: str) -> Stop:
    days = talk.STOP_DAYS.get(kind)
    party = case.borrower
    if kind == StopKind.THIRD_PARTY_REFUSED:  # of a reference, where the loan has one
        signed = case.loan.parties.filter(role=PartyRole.REFERENCE).select_related("party").first()
        party = signed.party if signed else party
    return add_stop(
        party=party,
        kind=kind,
        source=talk.STOP_SOURCES[kind][0 if floor.is_chinese else 1],
        starts_at=floor.local(floor.rng.randrange(2, 20)),
        ends_at=floor.now + dt.timedelta(days=days) if days else None,
        channel="visit" if kind == StopKind.VULNERABLE else "",
        loan=case.loan if kind in (StopKind.DISPUTE, StopKind.TIME_BARRED) else None,
        details=talk.STOP_DETAILS.get(kind, {}),
        by=_lead(floor),
    )


def _note_consents(floor: Floor) -> int:
    noted = 0
    for case in floor.some(4, offset=1):
        record_consent(
            party=case.borrower,
            channel=floor.rng.choice(("sms", "email", "sms")),
            answer="yes" if floor.rng.random() < 0.8 else "no",
            given_at=floor.local(floor.rng.randrange(20, 300)),
            source="合同约定" if floor.is_chinese else "loan agreement",
            by=SYSTEM,
        )
        noted += 1
    return noted


def _log_inbound(floor: Floor) -> int:
    """Borrowers who called us in the last days."""
    logged = 0
    for case in floor.some(8, offset=2):
        point = number_of(case)
        if point is None:
            continue
        code = floor.rng.choice(talk.INBOUND)
        log_inbound_call(
            case=case,
            contact_point=point,
            at=floor.local(floor.rng.randrange(1, 10)),
            wrapup=wrapup_of(floor, code),
            agent=floor.agent_of(case),
        )
        logged += 1
        if code == "RPC-PTP":
            promise_of(floor, case, made_days_ago=1)
        elif code == "CB":
            promise_call(floor, case, point, floor.local(-floor.rng.randrange(2, 5)))
    return logged


def _log_unsanctioned(floor: Floor) -> int:
    """Two calls that were made from a private telephone: each opens an incident."""
    logged = 0
    for case in floor.cases[5:7]:
        point = number_of(case)
        if point is None:
            continue
        log_unsanctioned_call(
            case=case,
            contact_point=point,
            at=floor.local(2),
            reason="用本人手机回拨" if floor.is_chinese else "Rang back from my own mobile",
            wrapup=wrapup_of(floor, "NA"),
            agent=floor.agent_of(case),
        )
        logged += 1
    return logged


def _call_now(floor: Floor) -> int:
    """Calls through the gate at this very hour; where it says no, the refusal is on record."""
    stopped = set(Stop.objects.values_list("party_id", flat=True))
    free = [case for case in floor.cases if case.borrower_id not in stopped]
    logged = refused = 0
    for case in [*floor.cases[3:4], *(free[4::13] or free)[:25]]:  # the first has a stop
        point = number_of(case)
        if point is None or case.assignee is None:
            continue
        try:
            attempt = start_call(case=case, contact_point=point, agent=case.assignee)
        except ContactRefused:
            refused += 1
            if refused >= 6:
                break
            continue
        code = floor.rng.choice(talk.OUTBOUND)
        log_call(case=case, attempt=attempt, wrapup=wrapup_of(floor, code), agent=case.assignee)
        logged += 1
        if code == "CB":
            promise_call(floor, case, point, floor.local(-floor.rng.randrange(2, 5)))
    return logged


def _plan_next_steps(floor: Floor) -> int:
    """What is due today, tomorrow and later; some of it should have been done yesterday."""
    planned = floor.some(3, offset=1)
    for case in planned:
        days_ago = floor.rng.choice((1, 0, 0, 0, -1, -1, -2, -4))
        set_next_step(
            case=case,
            step=floor.rng.choice((NextStep.CALL, NextStep.CALL, NextStep.CHECK_PAYMENT)),
            at=floor.local(days_ago),
            by=Actor.of(floor.agent_of(case)),
        )
    return len(planned)


def _reassign(floor: Floor) -> int:
    """A lead moves a few cases to somebody else."""
    reason = "客户指定，语言沟通更顺畅" if floor.is_chinese else "Knows the family from before"
    moved = 0
    for case in floor.some(60, offset=9):
        others = [agent for agent in floor.agents if agent.pk != case.assignee_id]
        if others:
            assign(case=case, to=floor.rng.choice(others), reason=reason, by=_lead(floor))
            moved += 1
    return moved


def _lead(floor: Floor) -> Actor:
    return Actor.of(floor.leads[0])


def number_of(case: Case) -> ContactPoint | None:
    """Returns the first number of the borrower that is not known to be wrong."""
    points = ContactPoint.objects.filter(
        party=case.borrower_id, kind="phone", invalid_since__isnull=True
    )
    return points.order_by("pk").first()


def wrapup_of(floor: Floor, code: str) -> Wrapup:
    """What is noted of a call that ended so."""
    result = floor.results[code]
    is_timed = {Ask.CALLBACK, Ask.PROMISE, Ask.NEXT_TIME} & set(result.asks)
    next_at = floor.local(-floor.rng.randrange(2, 5)) if is_timed else None
    return Wrapup(
        result=result,
        note=floor.note(code),
        next_step_at=next_at,
        answers=_answers(floor, result),
    )


def _answers(floor: Floor, result: ResultCode) -> Answers:
    """What the person said, as far as the result asks for it."""
    says_paid = result.asks_for(Ask.PAID)
    return Answers(
        why_late=floor.rng.choice(WhyLate.values) if result.asks_for(Ask.REASON) else "",
        paid_on=clock.now().date() if says_paid else None,
        paid_through=floor.rng.choice(PaidThrough.values) if says_paid else "",
        dispute_about=(
            floor.rng.choice(DisputedMatter.values) if result.asks_for(Ask.DISPUTE) else ""
        ),
    )
