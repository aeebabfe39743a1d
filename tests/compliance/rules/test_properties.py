"""Properties of the rules that hold for any facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from hypothesis import assume, given
from hypothesis import strategies as st

from compliance.gate.facts import (
    CallMode,
    Channel,
    ContactFacts,
    Effect,
    NoticeFact,
    OrderFact,
    PermissionFact,
    PreferenceFact,
    StopFact,
)
from compliance.gate.services import judge
from compliance.rules.findings import at_instant
from compliance.rules.registry import changes, findings, is_denied
from compliance.stops.models import StopKind
from tests.compliance.gate_facts import (
    LOAN,
    OTHER_LOAN,
    OTHER_PARTY,
    OTHER_PHONE,
    PARTY,
    PHONE,
    facts,
    only,
    past,
    standard_rules,
)

ZONES = (
    *("America/New_York", "America/Los_Angeles", "America/Phoenix"),
    *("Europe/London", "Asia/Shanghai", "Asia/Kolkata"),
)
PACKS = ("CN", "US-REGF", "US-TCPA", "US-MA", "US-NYC", "US-WA", "UK", "IN")
#: How many of the next changes of the clock are looked at, one by one.
LOOKED_AT = 12
#: Around the day on which clocks go forward in the United States, and three weeks on in London.
START = datetime(2026, 3, 1, tzinfo=UTC)

instants = st.integers(0, 30 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
days = st.integers(0, 30).map(lambda count: START.date() + timedelta(days=count))
clocks = st.one_of(st.none(), st.integers(0, 23).map(time))
loans = st.sampled_from([(LOAN,), (OTHER_LOAN,), (LOAN, OTHER_LOAN)])
one_loan = st.sampled_from([None, LOAN, OTHER_LOAN])
points = st.sampled_from([None, PHONE, OTHER_PHONE])
outcomes = st.sampled_from(
    ["", "no_answer", "busy", "voicemail", "dropped", "conversation", "sent", "not_made"]
)


@st.composite
def contacts(draw, asked_at, *, channels=("call", "sms", "email", "letter", "visit")):
    """A contact made before, or one booked for later, which has no outcome yet."""
    at = draw(instants)
    direction = "outbound" if at > asked_at else draw(st.sampled_from(["outbound", "inbound"]))
    return past(
        at.isoformat(),
        "" if at > asked_at else draw(outcomes),
        channel=draw(st.sampled_from(channels)),
        direction=direction,
        party_id=draw(st.sampled_from([PARTY, PARTY, OTHER_PARTY])),
        loan_ids=draw(loans),
        contact_point_id=draw(points),
        mode=draw(st.sampled_from(list(CallMode))),
        place=draw(st.sampled_from(["", "work", "mobile"])),
    )


@st.composite
def stops(draw):
    starts_at = draw(instants)
    length = draw(st.one_of(st.none(), st.integers(1, 40)))
    return StopFact(
        kind=draw(st.sampled_from(StopKind.values)),
        reference="1",
        channel=draw(st.sampled_from(["", "", "sms"])),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=7 * length) if length else None,
        loan_id=draw(one_loan),
        party_id=draw(st.sampled_from([None, None, OTHER_PARTY])),
        details=draw(st.sampled_from([{}, {"how": "oral"}, {"type": "mental_health"}])),
    )


@st.composite
def permissions(draw):
    given_at = draw(instants)
    length = draw(st.one_of(st.none(), st.integers(1, 40)))
    return PermissionFact(
        kind=draw(
            st.sampled_from(["channel", "automated_calls", "call_back", "hours", "work_calls"])
        ),
        answer=draw(st.sampled_from(["yes", "yes", "no"])),
        given_at=given_at,
        reference="1",
        channel=draw(st.sampled_from(["", "call", "sms", "email"])),
        contact_point_id=draw(points),
        loan_id=draw(one_loan),
        until=given_at + timedelta(hours=5 * length) if length else None,
        only_on=draw(st.one_of(st.none(), days)),
        opens=draw(clocks),
        closes=draw(clocks),
    )


@st.composite
def preferences(draw):
    return PreferenceFact(
        kind=draw(
            st.sampled_from(
                ["inconvenient_time", "inconvenient_place", "agreed_hours", "agreed_cap"]
            )
        ),
        reference="1",
        starts_at=draw(instants),
        until=draw(st.one_of(st.none(), days)),
        days=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        opens=draw(clocks),
        closes=draw(clocks),
        place=draw(st.sampled_from(["", "work"])),
        contact_point_id=draw(points),
        rule=draw(st.sampled_from(["CN-TALK-3D", "CN-DIAL-6D"])),
        count=draw(st.integers(0, 5)),
    )


notices = st.builds(
    NoticeFact,
    kind=st.sampled_from(["default_notice_uk", "right_to_cure", "visit_notice", "validation"]),
    served_on=days,
    days=st.one_of(st.none(), st.integers(1, 30)),
    loan_id=one_loan,
)
orders = st.builds(
    OrderFact,
    kind=st.sampled_from(["possession", "preservation", "debtor_consent_at_the_time"]),
    made_on=days,
    until=st.one_of(st.none(), st.just(date(2026, 3, 25))),
    loan_id=one_loan,
)


@st.composite
def situations(draw) -> ContactFacts:
    """Any contact, under any two packs, with a past and with everything on record."""
    at = draw(instants)
    packs = draw(st.lists(st.sampled_from(PACKS), min_size=1, max_size=2, unique=True))
    zones = tuple(draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True)))
    return facts(
        at.isoformat(),
        channel=draw(st.sampled_from(list(Channel))),
        mode=draw(st.sampled_from(list(CallMode))),
        content=draw(
            st.sampled_from([(), ("opt_out_statement",), ("threat_of_suit",), ("ask_relay",)])
        ),
        loan_ids=draw(loans),
        people_count=2,
        is_recorded=True,
        role=draw(st.sampled_from(["borrower", "borrower", "reference"])),
        zones=zones,
        day_zone=zones[0],
        place=draw(st.sampled_from(["", "work", "mobile"])),
        locations=("US-WI",),
        rules=tuple(rule for pack in packs for rule in standard_rules(pack).values()),
        history=tuple(sorted(draw(st.lists(contacts(at), max_size=9)), key=lambda past: past.at)),
        stops=tuple(draw(st.lists(stops(), max_size=2))),
        permissions=tuple(draw(st.lists(permissions(), max_size=3))),
        preferences=tuple(draw(st.lists(preferences(), max_size=2))),
        notices=tuple(draw(st.lists(notices, max_size=2))),
        orders=tuple(draw(st.lists(orders, max_size=1))),
        is_protected_goods=draw(st.sampled_from([None, True, False])),
    )


@given(situations())
def test_a_rule_is_silent_when_it_said_it_would_be_and_not_sooner(asked):
    soon = list(islice(changes(asked), LOOKED_AT))
    for rule in asked.rules:
        opens_at = _opens_at(asked, rule)
        if opens_at is not None:
            assert opens_at > asked.request.at
            assert not _denials(at_instant(asked, opens_at), rule)
        for instant in soon if _denials(asked, rule) else ():
            if opens_at is None or instant < opens_at:
                assert _denials(at_instant(asked, instant), rule), (rule.code, instant)


@given(situations(), st.floats(0, 1, exclude_max=True))
def test_between_two_changes_the_answer_stays(asked, part):
    """What the clock alone changes is announced: nothing opens or closes in between."""
    following = next(iter(changes(asked)), None)
    assume(following is not None)
    between = asked.request.at + (following - asked.request.at) * part

    assert _said(at_instant(asked, between)) == _said(asked)


@given(situations())
def test_the_next_allowed_instant_is_the_first(asked):
    decision = judge(asked)
    assume(decision.next_allowed_at is not None)

    assert not _denied(at_instant(asked, decision.next_allowed_at))
    for instant in islice(changes(asked), LOOKED_AT):
        if instant < decision.next_allowed_at:
            assert _denied(at_instant(asked, instant))


@given(situations())
def test_asked_for_yes_or_no_only_the_rules_say_the_same(asked):
    assert is_denied(asked) == _denied(asked)


@given(situations(), st.data())
def test_one_more_contact_never_opens_anything_sooner(asked, data):
    channels = ("call", "sms", "email", "letter")
    contact = data.draw(contacts(asked.request.at, channels=channels))
    assume(contact.direction == "outbound")
    history = tuple(sorted((*asked.history, contact), key=lambda past: past.at))

    before, after = judge(asked), judge(replace(asked, history=history))

    assert before.allowed or not after.allowed
    if not before.allowed and after.next_allowed_at is not None:
        assert before.next_allowed_at is not None
        assert after.next_allowed_at >= before.next_allowed_at


@given(situations(), st.sampled_from(ZONES))
def test_one_more_place_the_person_may_be_never_allows_more(asked, zone):
    wider = replace(asked, zones=(*asked.zones, zone))

    assert set(_said(asked)) <= set(_said(wider))


@given(situations(), st.sampled_from(PACKS))
def test_one_more_pack_takes_no_rules_objection_back(asked, pack):
    """Strictest wins. Only what no pack spoke of passes to the pack that does."""
    more = replace(asked, rules=(*asked.rules, *standard_rules(pack).values()))

    spoken = {found.code for found in findings(asked)} - {"STOP", "CONSENT"}

    assert spoken <= {found.code for found in findings(more)}


def _denials(asked, rule):
    return [found for found in only(asked, rule) if found.effect is Effect.DENY]


def _denied(asked):
    return any(found.effect is Effect.DENY for found in findings(asked))


def _opens_at(asked, rule):
    return max((found.opens_at for found in _denials(asked, rule) if found.opens_at), default=None)


def _said(asked: ContactFacts) -> list[tuple[str, str]]:
    return sorted(
        (found.code, found.reason)
        for found in findings(asked)
        if found.reason not in ("window_closed", "window_never_opens")
    ) + sorted({(found.code, "closed") for found in findings(asked) if "window" in found.reason})
