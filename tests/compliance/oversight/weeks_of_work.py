"""Three weeks of a lender with books on two clocks, as rows: random, and the same every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from accounts.access.rights import Role
from accounts.models import Approval, Team, User
from compliance.attempts.models import Attempt, AttemptLoan, Incident, Settlement, Verdict
from compliance.complaints.models import Complaint
from compliance.consents.models import Consent
from compliance.overrides.models import Override
from compliance.stops.models import Stop
from core import clock
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from loans.portfolios.services import grant_portfolio
from tests.loans.builders import CLERK, build_loan, build_party, build_portfolio, next_number

CODES = ("REGF-HOURS", "REGF-7IN7", "STOP-CEASE", "UNKNOWN-DATA")


@dataclass
class Weeks:
    """The lender, and who looks at it."""

    america: Portfolio
    china: Portfolio
    loans: dict[Any, list[Loan]]
    cleo: User
    otto: User
    maria: User
    ben: User
    ana: User
    stranger: User
    rng: Random = field(default_factory=lambda: Random(20_261_130))

    def moment(self, days: int = 21) -> datetime:
        """Any instant of the last days, some of them at the very edge of a week."""
        return clock.now() - timedelta(seconds=self.rng.randrange(60, days * 86_400))


def finding(code: str, effect: str = "deny", **more: Any) -> dict[str, Any]:
    """An objection as a verdict keeps it."""
    return {
        "code": code,
        "reason": "stop_cease",
        "citation": "12 CFR 1006.6(c)",
        "effect": effect,
        "opens_at": None,
        "event": "stop_lifted",
        "values": {},
        "pack": "US-REGF v1",
        "binding": "law",
        "override": ["active_litigation"],
        **more,
    }


def build_weeks() -> Weeks:
    """The lender with its people and loans, nothing done yet."""
    number = next_number()
    america, china = build_portfolio(), build_portfolio(country="CN")
    team = Team.objects.create(name=f"Early {number}")

    def person(name: str, role: Role, of: Team | None = None) -> User:
        return User.objects.create_user(
            f"{name}{number}@example.com", full_name=name.title(), role=role, team=of
        )

    weeks = Weeks(
        america=america,
        china=china,
        loans={
            one.pk: [build_loan(one, party=build_party(one)) for _turn in range(6)]
            for one in (america, china)
        },
        cleo=person("cleo", Role.COMPLIANCE_OFFICER),
        otto=person("otto", Role.AUDITOR),
        maria=person("maria", Role.MANAGER),
        ben=person("ben", Role.TEAM_LEAD, team),
        ana=person("ana", Role.AGENT, team),
        stranger=person("stranger", Role.MANAGER),
    )
    grant_portfolio(portfolio=america, user=weeks.maria, by=CLERK)
    grant_portfolio(portfolio=america, team=team, by=CLERK)
    return weeks


def add_verdict(weeks: Weeks, loan: Loan, at: datetime, **more: Any) -> Verdict:
    """A verdict about the borrower of a loan; refused by one rule unless said otherwise."""
    values = {"is_allowed": False, "findings": [finding("STOP-CEASE")], **more}
    return Verdict.objects.create(
        portfolio_id=loan.portfolio_id,
        party=loan.parties.get().party,
        channel="call",
        at=at,
        facts_seen={
            "request": {
                "party_id": str(loan.parties.get().party_id),
                "loan_ids": [str(loan.pk)],
                "channel": "call",
            },
            "role": "borrower",
            "zones": ["America/New_York"],
            "rules": ["REGF-HOURS", "STOP-CEASE"],
            "history_known": True,
        },
        rule_packs=["US-REGF v1"],
        asked_by=weeks.ana.get_full_name(),
        **values,
    )


def add_attempt(weeks: Weeks, loan: Loan, at: datetime, outcome: str = "", **more: Any) -> Attempt:
    """A contact of the borrower of a loan, settled where an outcome is given."""
    attempt = Attempt.objects.create(
        **{
            "portfolio_id": loan.portfolio_id,
            "party": loan.parties.get().party,
            "channel": "call",
            "direction": "outbound",
            "at": at,
            "made_by": weeks.ana.get_full_name(),
            "made_by_id": str(weeks.ana.pk),
            **more,
        }
    )
    AttemptLoan.objects.create(attempt=attempt, loan=loan)
    if outcome:
        Settlement.objects.create(attempt=attempt, outcome=outcome, at=at, settled_by="Ana")
    return attempt


def add_override(
    weeks: Weeks,
    verdict: Verdict,
    loan: Loan,
    status: str = "pending",
    asker: User | None = None,
) -> Override:
    """An override that Ana asked for; decided by Cleo where the status says so."""
    decided = status in {"approved", "refused"}
    approval = Approval.objects.create(
        kind="override.permit",
        subject_type="compliance.Verdict",
        subject_id=str(verdict.pk),
        portfolio_id=loan.portfolio_id,
        decide_right="override.decide",
        status=status,
        requested_by=asker or weeks.ana,
        requested_at=verdict.at,
        expires_at=verdict.at + timedelta(days=1),
        decided_by=weeks.cleo if decided else None,
        closed_at=None if status == "pending" else verdict.at + timedelta(minutes=5),
        reason="" if status == "pending" else "Looked at the file.",
    )
    override = Override.objects.create(
        approval=approval,
        portfolio_id=loan.portfolio_id,
        party=verdict.party,
        channel="call",
        verdict=verdict,
        codes=["STOP-CEASE"],
        factor="active_litigation",
        reason="The hearing is tomorrow.",
        valid_until=verdict.at + timedelta(hours=10) if status == "approved" else None,
    )
    override.loans.set([loan])
    return override


def fill(weeks: Weeks, *, size: int = 40) -> None:
    """Lets three weeks pass: contacts of every sort, incidents, complaints, answers, stops."""
    rng = weeks.rng
    for turn in range(size):
        loan = rng.choice(weeks.loans[rng.choice([weeks.america.pk, weeks.china.pk])])
        at = weeks.moment()
        _contact(weeks, loan, at, rng.randrange(8))
        if turn % 4 == 0:
            _complain(weeks, loan, turn)
        if turn % 3 == 0:
            _answer_and_stop(weeks, loan, turn)


def _contact(weeks: Weeks, loan: Loan, at: datetime, sort: int) -> None:
    rng = weeks.rng
    codes = rng.sample(CODES, k=rng.choice((1, 1, 2)))
    refusal = [finding(code) for code in codes] + [finding("CA-NOTE", effect="warn")]
    if sort < 3:
        add_verdict(weeks, loan, at, findings=refusal)
    elif sort == 3:
        attempt = add_attempt(weeks, loan, at, "no_answer", is_unsanctioned=True)
        closed = min(at + timedelta(days=rng.randrange(1, 12)), clock.now())
        is_closed = rng.random() < 0.5
        Incident.objects.create(
            attempt=attempt,
            reason="Rang from my own telephone",
            opened_at=at,
            owner=weeks.cleo,
            closed_at=closed if is_closed else None,
            closed_by="Cleo" if is_closed else "",
            conclusion="Talked to the agent." if is_closed else "",
        )
    elif sort == 4:
        refused = add_verdict(weeks, loan, at, findings=refusal)
        override = add_override(weeks, refused, loan, "approved")
        passed = add_verdict(weeks, loan, at, findings=refusal)
        add_attempt(weeks, loan, at, "conversation", verdict=passed, override=override)
    else:
        used = [{"code": "REGF-7IN7", "used": rng.randrange(7), "limit": 7}]
        verdict = add_verdict(weeks, loan, at, is_allowed=True, findings=[], used=used)
        outcome = rng.choice(("", "no_answer", "conversation", "not_made"))
        attempt = add_attempt(weeks, loan, at, outcome, verdict=verdict)
        if outcome == "not_made" and rng.random() < 0.5:
            Settlement.objects.create(
                attempt=attempt, sequence=2, outcome="busy", at=at, settled_by="Ana"
            )
    if sort == 7:
        add_attempt(weeks, loan, at, "conversation", direction="inbound")
        add_attempt(weeks, loan, at, "no_answer", is_history=True)


def _complain(weeks: Weeks, loan: Loan, turn: int) -> None:
    at = weeks.moment(30)
    answered = at + timedelta(days=weeks.rng.randrange(1, 20))
    is_answered = weeks.rng.random() < 0.6 and answered < clock.now()
    party = loan.parties.get().party
    complaint = Complaint(
        number=10_000 + next_number(),
        party=party,
        loan=loan,
        portfolio_id=loan.portfolio_id,
        category="conduct",
        channel="call",
        received_at=at,
        registered_by="Ana",
        answer_days=[15, 30, 60],
        clock_citation="a text",
        due_on=(at + timedelta(days=turn % 16)).date(),
        status="answered" if is_answered else "open",
        answered_at=answered if is_answered else None,
    )
    complaint.text = b"sealed"
    complaint.save(force_insert=True)


def _answer_and_stop(weeks: Weeks, loan: Loan, turn: int) -> None:
    at = weeks.moment()
    party = loan.parties.get().party
    Consent.objects.create(
        party=party,
        channel="sms",
        answer="no" if turn % 2 else "yes",
        given_at=at,
        source="call",
        recorded_by="Ana",
    )
    whose: dict[str, Any] = ({"party": party}, {"loan": loan}, {"portfolio_id": loan.portfolio_id})[
        turn % 3 if turn % 5 else 0
    ]
    lifted = min(at + timedelta(days=3), clock.now()) if turn % 2 else None
    Stop.objects.create(
        **whose,
        kind="hold",
        starts_at=at,
        ends_at=at + timedelta(days=5) if turn % 4 == 0 else None,
        source=f"letter {turn}",
        set_by="Ana",
        lifted_at=lifted,
        lifted_by="Ben" if lifted else "",
        lifted_reason="Settled" if lifted else "",
    )


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
