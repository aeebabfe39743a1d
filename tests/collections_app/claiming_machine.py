"""Agents, money and days as a machine takes them: claim, save, skip, expire, reassign, promise,
pay, return, close, in any order. What must never be is asked of the tables by SQL that knows no
service, and of promises by a count of their money that shares no code with their judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from accounts.models import User
from collections_app.cases.models import Case, CaseEvent
from collections_app.cases.services import assign
from collections_app.close.services import catch_up
from collections_app.contacts.asks import Ask
from collections_app.contacts.models import ResultCode
from collections_app.contacts.services import (
    Wrapup,
    log_call,
    log_inbound_call,
    log_unsanctioned_call,
    start_call,
)
from collections_app.promises.models import Promise
from collections_app.promises.services import Part, cancel_promise, take_promise
from collections_app.worklist.flow import EndedBy, SkipReason
from collections_app.worklist.lease_rows import own_live_lease
from collections_app.worklist.leases import (
    Claim,
    Held,
    LeaseLost,
    Nothing,
    claim_next,
    release,
    renew,
    require_lease,
    skip,
    take_over,
    take_up,
)
from collections_app.worklist.services import make_work_items, refresh_workable
from compliance.attempts.models import Attempt
from compliance.attempts.services import ContactRefused
from core import clock
from core.audit.actors import Actor
from core.facts import FactModel, drain
from loans.borrowers.models import ContactPoint
from loans.contracts.models import Loan
from loans.delinquency.models import Position, PositionChange
from loans.repayments.models import Repayment
from loans.repayments.services import record_repayment, return_repayment, settle_repayment
from tests.collections_app.builders import Desk
from tests.collections_app.promise_recount import misjudged
from tests.loans.builders import CLERK

START = datetime(2026, 5, 12, 14, 30, tzinfo=UTC)
RESULTS = ("NA", "NA", "BZ", "RPC-REF", "RPC-HANG", "TP", "LANG")
WHO = st.integers(0, 3)
INSTALMENT = Decimal(110)

#: Two leases of one person, or of one agent, that held at the same instant.
OVERLAPS = """
SELECT one.id, other.id FROM collections_app_lease AS one
JOIN collections_app_lease AS other
  ON other.id > one.id AND (other.party_id = one.party_id OR other.agent_id = one.agent_id)
WHERE tstzrange(one.taken_at, coalesce(one.ended_at, one.expires_at))
   && tstzrange(other.taken_at, coalesce(other.ended_at, other.expires_at))
"""
UNENDED_TWICE = """
SELECT party_id FROM collections_app_lease WHERE ended_at IS NULL
GROUP BY party_id HAVING count(*) > 1
"""
#: An outcome logged about a contact that nobody permitted, that was not theirs, and that nobody
#: has to look into.
UNBACKED = """
SELECT contact.id FROM collections_app_contact AS contact
JOIN compliance_attempt AS attempt ON attempt.id = contact.attempt_id
WHERE attempt.direction = 'outbound' AND attempt.verdict_id IS NULL
  AND attempt.override_id IS NULL
  AND NOT EXISTS (SELECT FROM compliance_incident i WHERE i.attempt_id = attempt.id)
"""
DENIED_BUT_BOOKED = """
SELECT attempt.id FROM compliance_attempt AS attempt
JOIN compliance_verdict AS verdict ON verdict.id = attempt.verdict_id
WHERE NOT verdict.is_allowed AND attempt.override_id IS NULL
"""
#: A person the agent holds, workable and due, with no promise ahead, whom nobody has and the agent
#: has not skipped: "nobody" would leave them lying.
LEFT_LYING = """
SELECT c.id FROM collections_app_case AS c
JOIN collections_app_workitem AS item
  ON item.party_id = c.borrower_id AND item.portfolio_id = c.portfolio_id
JOIN loans_portfolio AS p ON p.id = c.portfolio_id
WHERE c.state = 'open' AND c.assignee_id = %(agent)s
  AND (c.next_step_at IS NULL OR c.next_step_at <= %(now)s)
  AND item.workable_from <= %(now)s
  AND (item.workable_until IS NULL OR item.workable_until > %(now)s)
  AND NOT EXISTS (
      SELECT FROM collections_app_promise AS promise
      WHERE promise.loan_id = c.loan_id AND promise.state = 'open'
        AND (promise.is_awaiting OR promise.due_on > p.business_date)
  )
  AND NOT EXISTS (
      SELECT FROM collections_app_lease AS lease WHERE lease.party_id = c.borrower_id
        AND ((lease.ended_at IS NULL AND lease.expires_at > %(now)s)
          OR (lease.agent_id = %(agent)s AND lease.ended_because = 'skipped'
              AND lease.ended_at > %(now)s - INTERVAL '2 hours'))
  )
"""


#: How many facts of all kinds there are: they are only ever added to.
FACTS = " + ".join(
    f"(SELECT count(*) FROM {model._meta.db_table})"
    for model in apps.get_models()
    if issubclass(model, FactModel)
)

#: Steps after which a promise may be judged otherwise than before.
MOVES_PROMISES = ("promise", "take back", "pay", "settle", "return", "close")


class ClaimingMachine(RuleBasedStateMachine):
    """Subclasses bring the desk and the agents; counters are of the class."""

    desk: Desk
    agents: list[User]
    lead: User
    counted: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.followed: int | None = None
        self.tokens: dict[int, Any] = {}
        self.money: list[Repayment] = []
        self.pending: list[Repayment] = []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)
        self.counted["runs"] += 1

    @initialize(hour=st.integers(0, 8))
    def begin(self, hour: int) -> None:
        self.now = START + timedelta(hours=hour)
        with clock.held_at(self.now):
            self._refresh()

    # --- what happens ----------------------------------------------------------------------

    @rule(who=WHO)
    def claims(self, who: int) -> None:
        with self._step("claim"):
            agent = self._agent(who)
            before = own_live_lease(agent=agent, at=self.now)
            found = claim_next(agent=agent)
            if isinstance(found, Claim):
                self.tokens[who] = found.lease.token
                self.counted["claimed again" if found.is_same else "claimed"] += 1
                assert found.lease.agent_id == agent.pk
                assert not found.is_same or (before and before.pk == found.lease.pk)
            else:
                self._nobody_is_left_lying(agent, found)

    @rule(who=WHO, code=st.sampled_from(RESULTS), stays=st.booleans())
    def saves(self, who: int, code: str, stays: bool) -> None:
        """A call through the gate about whom the agent has, with its outcome; or left open."""
        with self._step("save"):
            agent = self._agent(who)
            lease = own_live_lease(agent=agent, at=self.now)
            if lease is None:
                return
            require_lease(agent=agent, party_id=lease.party_id, token=lease.token)
            attempt = self._open_call(agent, lease.case) or start_call(
                case=lease.case, contact_point=self._phone(lease.case), agent=agent
            )
            if stays:
                self.counted["calls left open"] += 1
                return
            log_call(case=lease.case, attempt=attempt, wrapup=self._wrapup(code), agent=agent)
            release(lease_token=lease.token, agent=agent, why=EndedBy.SAVED)
            self.counted["saved"] += 1

    @rule(who=WHO, which=st.integers(0, 9), code=st.sampled_from(RESULTS))
    def saves_with_an_old_token(self, who: int, which: int, code: str) -> None:
        with self._step("save late"):
            agent, case = self._agent(who), self._case(which)
            if who in self.tokens:
                require_lease(agent=agent, party_id=case.borrower_id, token=self.tokens[who])
                self.counted["gone on with"] += 1
                inbound = {"contact_point": self._phone(case), "at": self.now}
                log_inbound_call(case=case, wrapup=self._wrapup(code), agent=agent, **inbound)

    @rule(who=WHO, which=st.integers(0, 9), code=st.sampled_from(RESULTS))
    def opens_by_hand(self, who: int, which: int, code: str) -> None:
        """A case of the list, and a call made elsewhere: it counts, and somebody looks into it."""
        with self._step("by hand"):
            agent, case = self._agent(who), self._case(which)
            self.tokens[who] = take_up(agent=agent, case=case).token
            self.counted["taken up"] += 1
            if which % 2:
                how = {"contact_point": self._phone(case), "at": self.now, "reason": "own phone"}
                log_unsanctioned_call(case=case, wrapup=self._wrapup(code), agent=agent, **how)
                self.counted["unsanctioned"] += 1

    @rule(who=WHO, reason=st.sampled_from(["known", "language", "other"]))
    def skips(self, who: int, reason: str) -> None:
        with self._step("skip"):
            if who in self.tokens:
                skip(agent=self._agent(who), lease_token=self.tokens[who], reason=reason)
                assert reason != SkipReason.OTHER
                self.counted["skipped"] += 1

    @rule(who=WHO, gives_back=st.booleans())
    def renews_or_gives_back(self, who: int, gives_back: bool) -> None:
        with self._step("renew"):
            if who not in self.tokens:
                return
            agent, token = self._agent(who), self.tokens[who]
            if gives_back:
                release(lease_token=token, agent=agent, why=EndedBy.RELEASED)
            else:
                kept = renew(lease_token=token, agent=agent)
                assert kept.expires_at == self.now + timedelta(minutes=5)

    @rule(who=WHO)
    def is_taken_over(self, who: int) -> None:
        with self._step("take over"):
            lease = own_live_lease(agent=self._agent(who), at=self.now)
            if lease is not None and lease.agent_id != self.lead.pk:
                taken = take_over(lead=self.lead, lease=lease, reason="helps")
                self.tokens[self.agents.index(self.lead)] = taken.token
                self.counted["taken over"] += 1

    @rule(which=st.integers(0, 9), to=WHO)
    def is_reassigned(self, which: int, to: int) -> None:
        with self._step("reassign"):
            assign(case=self._case(which), to=self._agent(to), reason="balance", by=CLERK)
            self.counted["reassigned"] += 1

    @rule(who=WHO, which=st.integers(0, 9), days=st.integers(0, 4), parts=st.integers(1, 3))
    def promises(self, who: int, which: int, days: int, parts: int) -> None:
        """Of two people only: whoever has promised is left in peace, and the others are claimed."""
        with self._step("promise"):
            agent, case = self._agent(who), self._case(which % 2)
            first = clock.local_today(self._portfolio().time_zone) + timedelta(days=days)
            asked = [Part(INSTALMENT, first + timedelta(days=2 * n), "") for n in range(parts)]
            taken = take_promise(
                case=case, party=case.borrower, parts=asked, taken_by=agent, made_at=self.now
            )
            self.counted["promises taken"] += len(taken.promises)

    @rule(which=st.integers(0, 9))
    def takes_a_promise_back(self, which: int) -> None:
        with self._step("take back"):
            standing = list(Promise.objects.open().order_by("pk"))
            if standing:
                chosen = standing[which % len(standing)]
                cancel_promise(promise=chosen, reason="asked for more time", by=CLERK)
                self.counted["promises taken back"] += 1

    @rule(which=st.integers(0, 9), whole=st.booleans(), is_pending=st.booleans())
    def pays(self, which: int, whole: bool, is_pending: bool) -> None:
        with self._step("pay"):
            case = self._case(which)
            owed = Position.objects.get(loan=case.loan).overdue_amount
            if owed > 0:
                paid = record_repayment(
                    loan=case.loan,
                    amount=owed if whole else min(owed, INSTALMENT),
                    value_on=self._portfolio().business_date,
                    state="pending" if is_pending else "settled",
                    by=CLERK,
                )
                (self.pending if is_pending else self.money).append(paid)
                self.counted["paid, pending" if is_pending else "paid"] += 1

    @rule()
    def money_settles(self) -> None:
        with self._step("settle"):
            if self.pending:
                paid = self.pending.pop(0)
                settle_repayment(repayment=paid, value_on=self._portfolio().business_date, by=CLERK)
                self.money.append(paid)
                self.counted["settled"] += 1

    @rule()
    def money_comes_back(self) -> None:
        with self._step("return"):
            if self.money:
                paid = self.money.pop()
                day = self._portfolio().business_date
                return_repayment(repayment=paid, value_on=day, by=CLERK)
                self.counted["returned"] += 1

    @rule(minutes=st.sampled_from([1, 1, 2, 4, 5, 6, 6, 30, 125, 300]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        with self._step("time"):
            self._refresh()

    @rule(back_at=st.integers(0, 8))
    def day_ends(self, back_at: int) -> None:
        """The books close, and it is some hour of the next day."""
        with self._step("close"):
            catch_up(portfolio=self._portfolio(), through=self._portfolio().business_date, by=CLERK)
        tomorrow = (self.now + timedelta(days=1)).date()
        self.now = datetime.combine(tomorrow, START.timetz()) + timedelta(hours=back_at)
        with self._step("morning"):
            self._refresh()

    # --- how it is done, and what must be so after it -----------------------------------------

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.counted["steps"] += 1
        with clock.held_at(self.now):
            try:
                with transaction.atomic():
                    yield
            except (ContactRefused, Held, LeaseLost, ValidationError) as refusal:
                self.counted[f"refused: {name}, {type(refusal).__name__}"] += 1
            self._follow()
        for statement in (OVERLAPS, UNENDED_TWICE, UNBACKED, DENIED_BUT_BOOKED):
            found = self._ask(statement)
            self.counted["broken"] += bool(found)
            assert not found, f"{name}: {statement.split('FROM')[0]} {found}"
        if name in MOVES_PROMISES:
            self._promises_are_as_money_says(name)

    def _promises_are_as_money_says(self, name: str) -> None:
        """Every promise that stands is counted again from the facts, by code of its own."""
        promised = Promise.objects.exclude(state="cancelled")
        for loan in Loan.objects.filter(pk__in=promised.values("loan")).select_related(
            "portfolio__holiday_calendar"
        ):
            wrong = misjudged(loan)
            self.counted["misjudged"] += len(wrong)
            assert not wrong, f"{name}: {wrong}"
        self.counted["promises recounted"] += promised.count()

    def _nobody_is_left_lying(self, agent: User, answer: Nothing) -> None:
        self.counted["nobody"] += 1
        if answer.corrected < 5:
            left = self._ask(LEFT_LYING, agent=agent.pk, now=self.now)
            self.counted["left lying"] += bool(left)
            assert not left, f"left lying: {left}"

    def _follow(self) -> None:
        """Everybody hears of the facts of a step, as by the sweep; most steps leave none."""
        if self._fact_count() == self.followed:
            return
        for topic in (PositionChange.TOPIC, CaseEvent.TOPIC):
            drain(topic)
        self.followed = self._fact_count()

    def _fact_count(self) -> int:
        [(count,)] = self._ask(f"SELECT {FACTS}")
        return int(count)

    def _refresh(self) -> None:
        make_work_items()
        people = Case.objects.open().values_list("borrower", flat=True)
        refresh_workable(people=set(people), at=self.now)

    def _ask(self, statement: str, **values: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def _agent(self, who: int) -> User:
        return self.agents[who % len(self.agents)]

    def _portfolio(self) -> Any:
        self.desk.cast.portfolio.refresh_from_db()
        return self.desk.cast.portfolio

    def _case(self, which: int) -> Case:
        cases = Case.objects.select_related("loan", "portfolio", "borrower__data_key")
        known = list(cases.filter(state="open").order_by("pk")) or list(cases.order_by("pk"))
        return known[which % len(known)]

    def _phone(self, case: Case) -> ContactPoint:
        return ContactPoint.objects.get(party=case.borrower_id, kind="phone")

    def _open_call(self, agent: User, case: Case) -> Attempt | None:
        started = Attempt.objects.unsettled().filter(about__loan=case.loan_id)
        return started.filter(made_by_id=Actor.of(agent).id).first()

    def _wrapup(self, code: str) -> Wrapup:
        result = ResultCode.objects.get(code=code)
        return Wrapup(result=result, note="said so" if result.asks_for(Ask.NOTE) else "")
