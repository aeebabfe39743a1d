"""What people told us, in the demonstration: complaints on every clock, wishes, notices, a hold."""

from __future__ import annotations

import datetime as dt
from typing import Final

from accounts.models import User
from collections_app.cases.models import Case
from compliance.complaints.models import Complaint
from compliance.complaints.queries import who_may_answer
from compliance.complaints.services import (
    answer_complaint,
    close_complaint,
    extend_complaint,
    register_complaint,
    reopen_complaint,
)
from compliance.consents.services import record_consent
from compliance.notices.services import record_notice, record_order, withdraw_notice
from compliance.preferences.services import add_preference, end_preference
from compliance.stops.models import StopKind
from compliance.stops.services import add_stop
from config.demo_data.floor import Floor
from config.demo_data.history import Say
from core.audit import SYSTEM
from core.audit.actors import Actor

#: Category, how it came in, days ago, what became of it, what was said (Chinese, English).
_COMPLAINTS: Final = (
    (
        "conduct",
        "call",
        18,
        "late",
        "催收员语气恶劣，还说要到我单位去。",
        "He was rude to my wife.",
    ),
    ("frequency", "web", 13, "open", "一天打了五次电话。", "You rang me five times in one day."),
    ("amount", "letter", 9, "extended", "罚息算错了，多收了三期。", "The late charges are wrong."),
    ("privacy", "regulator", 6, "open", "把欠款告诉了我同事。", "You told my colleague about it."),
    ("fees", "email", 12, "answered", "提前还款手续费没有告知。", "Nobody told me of the fee."),
    (
        "vehicle",
        "visit",
        20,
        "reopened",
        "没有通知就来看车。",
        "Nobody announced the visit.",
    ),
    ("third_party", "call", 25, "closed", "给我父母打了电话。", "You rang my parents."),
)

#: Kind of preference, its parts, what was said (Chinese, English).
_WISHES: Final = (
    (
        "inconvenient_time",
        {"days": [0, 1, 2, 3, 4], "opens": dt.time(13), "closes": dt.time(17)},
        ("上夜班，下午要睡觉", "Works nights and sleeps in the afternoon"),
    ),
    ("inconvenient_place", {"place": "work"}, ("不要打到单位", "Not at work, please")),
    (
        "agreed_hours",
        {"opens": dt.time(20), "closes": dt.time(21)},
        ("晚上八点以后方便", "Is free after eight in the evening"),
    ),
)


def fill_registers(*, floor: Floor, say: Say) -> None:
    """Fills the registers of one portfolio, where it has open cases."""
    if not floor.cases:
        return
    counts = {
        "complaints": _complain(floor),
        "preferences": _wish(floor),
        "notices and orders": _serve(floor),
        "holds": _hold(floor),
    }
    listed = ", ".join(f"{number} {what}" for what, number in counts.items())
    say(f"{floor.portfolio.code}: {listed}")


def _complain(floor: Floor) -> int:
    owners = list(who_may_answer(floor.portfolio))
    cases = _spread(floor, len(_COMPLAINTS), offset=2)
    for case, (category, channel, days_ago, fate, *said) in zip(cases, _COMPLAINTS, strict=False):
        complaint = register_complaint(
            party=case.borrower,
            portfolio=floor.portfolio,
            loan=case.loan,
            category=category,
            channel=channel,
            text=said[0 if floor.is_chinese else 1],
            received_at=floor.local(days_ago),
            owner=owners[days_ago % len(owners)] if owners and fate != "open" else None,
            by=Actor.of(floor.agent_of(case)),
        )
        _carry_on(floor, complaint, fate, owners)
    return min(len(cases), len(_COMPLAINTS))


def _carry_on(floor: Floor, complaint: Complaint, fate: str, owners: list[User]) -> None:
    """Takes the steps that lead to what became of a complaint."""
    by = Actor.of(owners[0] if owners else floor.leads[0])

    def in_words(chinese: str, english: str) -> str:
        return chinese if floor.is_chinese else english

    if fate == "extended":
        reason = in_words("需核对全部还款流水", "Every repayment has to be looked at")
        extend_complaint(complaint=complaint, to="complex", reason=reason, by=by)
    if fate in ("answered", "reopened", "closed"):
        text = in_words(
            "已致电说明并书面致歉", "Explained on the telephone, and apologised in writing"
        )
        answer_complaint(complaint=complaint, text=text, by=by)
    if fate == "reopened":
        reason = in_words("客户要求出示录音", "Wants to hear the recording")
        reopen_complaint(complaint=complaint, reason=reason, by=by)
    if fate == "closed":
        text = in_words("已对催收员再培训", "The agent was trained again")
        close_complaint(complaint=complaint, outcome="upheld", text=text, by=by)


def _wish(floor: Floor) -> int:
    """Each kind of preference, one of them ended; and a yes to calls at other hours."""
    noted = 0
    for at, case in enumerate(_spread(floor, 12, offset=1)):
        kind, parts, said = _WISHES[at % len(_WISHES)]
        wish = add_preference(
            party=case.borrower,
            kind=kind,
            source="客户来电" if floor.is_chinese else "call of the borrower",
            starts_at=floor.local(floor.rng.randrange(3, 40)),
            note=said[0 if floor.is_chinese else 1],
            by=Actor.of(floor.agent_of(case)),
            **parts,
        )
        if at == len(_WISHES):
            reason = "已换工作，改回正常时间" if floor.is_chinese else "Changed jobs"
            end_preference(preference=wish, reason=reason, by=Actor.of(floor.agent_of(case)))
        if kind == "agreed_hours":
            record_consent(
                party=case.borrower,
                kind="hours",
                answer="yes",
                opens=dt.time(20),
                closes=dt.time(21),
                given_at=wish.starts_at,
                source=wish.source,
                by=SYSTEM,
            )
        noted += 1
    return noted


def _serve(floor: Floor) -> int:
    """Demands and one notice withdrawn; an order of a court on the oldest case."""
    today = floor.now.astimezone(floor.local(0).tzinfo).date()
    by = Actor.of(floor.leads[0])
    served = 0
    for at, case in enumerate(_spread(floor, 6, offset=0)):
        notice = record_notice(
            loan=case.loan,
            party=case.borrower,
            kind="demand" if floor.is_chinese else "right_to_cure",
            served_on=today - dt.timedelta(days=5 + 6 * at),
            how="registered_post",
            document_ref=f"{'EMS' if floor.is_chinese else 'RR'} {1040 + at} {served:03}",
            days=None if floor.is_chinese else 20,
            by=by,
        )
        served += 1
        if at == 3:
            reason = "客户已还清逾期" if floor.is_chinese else "Cured within its days"
            withdraw_notice(notice=notice, reason=reason, by=by)
    case = floor.cases[0]
    record_order(
        loan=case.loan,
        kind="preservation" if floor.is_chinese else "stay",
        court="深圳市福田区人民法院" if floor.is_chinese else "U.S. Bankruptcy Court, W.D. Texas",
        number="(2026)粤0304财保118号" if floor.is_chinese else "26-50417",
        made_on=today - dt.timedelta(days=12),
        by=by,
    )
    return served + 1


def _hold(floor: Floor) -> int:
    """A hold of the whole portfolio that ended by itself two weeks ago."""
    begun = floor.local(17)
    add_stop(
        portfolio=floor.portfolio,
        kind=StopKind.HOLD,
        source="台风红色预警，停工停产" if floor.is_chinese else "Hurricane, offices closed",
        starts_at=begun,
        ends_at=begun + dt.timedelta(days=3),
        by=Actor.of(floor.leads[0]),
    )
    return 1


def _spread(floor: Floor, number: int, *, offset: int) -> list[Case]:
    """Up to so many cases from all over the portfolio, each person once."""
    people = list({case.borrower_id: case for case in floor.cases}.values())
    step = max(1, len(people) // number)
    return people[offset % step :: step][:number]
