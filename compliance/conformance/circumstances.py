"""What a contact scenario says is on record: stops, consents, preferences, notices, orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from compliance.attempts.models import Outcome
from compliance.attempts.services import record_unsanctioned
from compliance.conformance.reading import (
    NotExpressible,
    Row,
    clock_of,
    day_of,
    instant_of,
    require_known,
    word_of,
)
from compliance.conformance.stage import CLERK, PRICE, Stage
from compliance.conformance.vocabulary import CHANNELS, WEEKDAYS
from compliance.consents.models import ConsentAnswer, ConsentKind
from compliance.consents.services import record_consent
from compliance.gate.facts import Channel, ContactRequest
from compliance.notices.models import NoticeKind, OrderKind, ServedBy
from compliance.notices.services import record_notice, record_order
from compliance.preferences.models import PreferenceKind
from compliance.preferences.services import add_preference
from compliance.stops.models import StopKind
from compliance.stops.services import add_stop
from loans.borrowers.models import ContactKind
from loans.borrowers.services import mark_invalid
from loans.repayments.services import record_repayment

_SOURCE: Final = "the scenario"
_DATES: Final = ("at", "received_at", "known_at", "since", "on", "starts_on", "given_at")
#: More than a third of the price, which makes goods on hire purchase protected.
_PROTECTED_SHARE: Final = Decimal("0.40")

_Teller = Callable[[Stage, Any], None]


def tell_circumstances(stage: Stage) -> None:
    """Puts on record what the scenario's state and its flags say."""
    state = stage.case["state"]
    require_known(state, {*_STATE, "flags"}, "the state")
    require_known(state["flags"], _FLAGS, "the state")
    for words, said in ((_STATE, state), (_FLAGS, state["flags"])):
        for name, tell in words.items():
            if said.get(name):
                tell(stage, said[name])


def _since(stage: Stage, said: Any) -> datetime:
    """Since when something holds that may or may not be dated."""
    for name in _DATES if isinstance(said, dict) else ():
        if said.get(name):
            text = str(said[name])
            return instant_of(text) if "T" in text else stage.midnight(day_of(text))
    return stage.begin


def _stop(kind: StopKind, *known: str, **details: Any) -> _Teller:
    """Tells a stop of the debtor: true, or some facts of which the scenario may date it."""

    def tell(stage: Stage, said: Any) -> None:
        facts = said if isinstance(said, dict) else {}
        require_known(facts, {*_DATES, *known}, kind.value)
        own = {name: facts[name] for name in known if facts.get(name)}
        _add_stop(stage, kind, _since(stage, said), **(details | own))

    return tell


def _add_stop(stage: Stage, kind: StopKind, since: datetime, **details: Any) -> None:
    add_stop(
        party=stage.debtor, kind=kind, source=_SOURCE, starts_at=since, details=details, by=CLERK
    )


def _cease(stage: Stage, received_at: Any) -> None:
    _add_stop(stage, StopKind.CEASE, instant_of(received_at), received_by="letter")


def _nothing(stage: Stage, said: Any) -> None:
    """What changes nothing: a letter counts once it is received, not when it is mailed."""


def _breathing_space(stage: Stage, said: Row) -> None:
    require_known(said, (*_DATES, "type", "ends_on"), "breathing space")
    add_stop(
        party=stage.debtor,
        kind=StopKind.BREATHING_SPACE,
        source=_SOURCE,
        starts_at=_since(stage, said),
        ends_at=(
            stage.midnight(day_of(said["ends_on"]) + timedelta(days=1))
            if said.get("ends_on")
            else None
        ),
        details={"type": said.get("type", "standard")},
        by=CLERK,
    )


def _refused_third_parties(stage: Stage, said: list[Any]) -> None:
    for entry in said:
        name = entry["party"] if isinstance(entry, dict) else entry
        add_stop(
            party=word_of(stage.people, name, "person"),
            kind=StopKind.THIRD_PARTY_REFUSED,
            source=_SOURCE,
            starts_at=_since(stage, entry),
            by=CLERK,
        )


def _opt_outs(stage: Stage, said: list[Row]) -> None:
    """A no to a medium, of one number or address or of all."""
    for row in said:
        require_known(row, ("medium", "endpoint", "at"), "an opt-out")
        channel, _mode = word_of(CHANNELS, row["medium"], "medium")
        point = None
        if row.get("endpoint"):
            point = stage.points[stage.debtor_name, row["endpoint"]]
        _consent(stage, ConsentAnswer.NO, row["at"], channel=channel, contact_point=point)


def _call_backs(stage: Stage, said: list[Row]) -> None:
    """Wishes to be called again. A shorter term than the text's seven days is told as an end."""
    for row in said:
        require_known(row, ("debt", "received_at", "days", "only_date"), "a consent")
        received_at = instant_of(row["received_at"])
        last = stage.day(received_at) + timedelta(days=int(row.get("days") or 7))
        _consent(
            stage,
            ConsentAnswer.YES,
            row["received_at"],
            kind=ConsentKind.CALL_BACK,
            loan=stage.named([row["debt"]])[0] if row.get("debt") else None,
            until=stage.midnight(last),
            only_on=day_of(row["only_date"]) if row.get("only_date") else None,
        )


def _hours_consents(stage: Stage, said: list[Row]) -> None:
    for row in said:
        require_known(row, (*_DATES, "from", "to"), "a consent to hours")
        _consent(
            stage,
            ConsentAnswer.YES,
            _since(stage, row).isoformat(),
            kind=ConsentKind.HOURS,
            opens=clock_of(row["from"]),
            closes=clock_of(row["to"]),
        )


def _sms_basis(stage: Stage, said: Row) -> None:
    require_known(said, ("consent_at",), "the basis of a text message")
    point = stage.point(stage.case["proposed"])
    _consent(stage, ConsentAnswer.YES, said["consent_at"], channel=Channel.SMS, contact_point=point)


def _tcpa_consent(stage: Stage, said: Row) -> None:
    require_known(said, ("given_at", "revoked_at"), "consent to automated calls")
    for name, answer in (("given_at", ConsentAnswer.YES), ("revoked_at", ConsentAnswer.NO)):
        if said.get(name):
            _consent(stage, answer, said[name], kind=ConsentKind.AUTOMATED_CALLS)


def _consent(stage: Stage, answer: ConsentAnswer, at: str, **more: Any) -> None:
    record_consent(
        party=stage.debtor, answer=answer, given_at=instant_of(at), source=_SOURCE, by=CLERK, **more
    )


def _inconvenient_times(stage: Stage, said: list[Row]) -> None:
    for row in said:
        require_known(row, (*_DATES, "days", "from", "to", "until"), "an inconvenient time")
        _prefer(
            stage,
            PreferenceKind.INCONVENIENT_TIME,
            row,
            days=[word_of(WEEKDAYS, day, "day of the week") for day in row["days"]],
            opens=clock_of(row.get("from")),
            closes=clock_of(row.get("to")),
            until=day_of(row["until"]) if row.get("until") else None,
        )


def _inconvenient_places(stage: Stage, said: list[Any]) -> None:
    for entry in said:
        row = entry if isinstance(entry, dict) else {"place": entry}
        require_known(row, (*_DATES, "place"), "an inconvenient place")
        _prefer(stage, PreferenceKind.INCONVENIENT_PLACE, row, place=row["place"])


def _agreed_hours(stage: Stage, said: Row) -> None:
    require_known(said, (*_DATES, "from", "to"), "the hours agreed")
    opens, closes = clock_of(said["from"]), clock_of(said["to"])
    _prefer(stage, PreferenceKind.AGREED_HOURS, said, opens=opens, closes=closes)


def _agreed_cap(stage: Stage, said: Any) -> None:
    """A number agreed instead of the one of the rule that the scenario is about."""
    count = said.get("count") if isinstance(said, dict) else said
    rule = said.get("rule") if isinstance(said, dict) else None
    if not isinstance(count, int):
        raise NotExpressible("the number agreed is not said")
    rule = rule or stage.case["expected"]["rule"]
    _prefer(stage, PreferenceKind.AGREED_CAP, said, rule=rule, count=count)


def _prefer(stage: Stage, kind: PreferenceKind, said: Any, **more: Any) -> None:
    add_preference(
        party=stage.debtor,
        kind=kind,
        source=_SOURCE,
        starts_at=_since(stage, said),
        by=CLERK,
        **more,
    )


def _notice(kind: NoticeKind, *dates: str) -> _Teller:
    """Tells a notice served on the debtor about every loan."""

    def tell(stage: Stage, said: Row) -> None:
        require_known(said, (*dates, "days"), kind.value)
        for loan in stage.loans.values():
            record_notice(
                loan=loan,
                party=stage.debtor,
                kind=kind,
                served_on=day_of(next(said[name] for name in dates if said.get(name))),
                how=ServedBy.POST,
                days=said.get("days"),
                document_ref=_SOURCE,
                by=CLERK,
            )

    return tell


def _order(kind: OrderKind) -> _Teller:
    """Tells an order about every loan."""

    def tell(stage: Stage, said: Any) -> None:
        require_known(said if isinstance(said, dict) else {}, (*_DATES, "made_on"), kind.value)
        dated = said.get("made_on") if isinstance(said, dict) else None
        made_on = day_of(dated) if dated else stage.day(_since(stage, said))
        for loan in stage.loans.values():
            record_order(loan=loan, kind=kind, made_on=made_on, court="Court", number="1", by=CLERK)

    return tell


def _protected(stage: Stage, said: Any) -> None:
    """Goods are protected by what is paid: that much is received on every loan."""
    paid_on = stage.day(instant_of(stage.case["proposed"]["at"]))
    for loan in stage.loans.values():
        record_repayment(loan=loan, amount=PRICE * _PROTECTED_SHARE, value_on=paid_on, by=CLERK)


def _unreachable(stage: Stage, said: Row) -> None:
    """Makes the debtor unreachable in the way that is stated."""
    require_known(said, ("reason",), "the debtor out of reach")
    asked_at = instant_of(stage.case["proposed"]["at"])
    reason = said["reason"]
    if reason == "number_invalid":
        for point in stage.debtor.contact_points.filter(kind=ContactKind.PHONE):
            mark_invalid(contact_point=point, on=stage.day(stage.begin), reason=_SOURCE, by=CLERK)
    elif reason in ("deceased", "death"):
        _add_stop(stage, StopKind.DECEASED, stage.begin)
    elif reason in ("three_failures", "3_consecutive_failures"):
        for days in (3, 2, 1):
            _fail_to_reach(stage, asked_at - timedelta(days=days))
    else:
        raise NotExpressible(f"nothing here says that the debtor is out of reach by {reason}")


def _fail_to_reach(stage: Stage, at: datetime) -> None:
    point = stage.debtor.contact_points.filter(kind=ContactKind.PHONE).first()
    record_unsanctioned(
        request=ContactRequest(
            party_id=stage.debtor.pk,
            loan_ids=tuple(loan.pk for loan in stage.loans.values()),
            channel=Channel.CALL,
            at=at,
            contact_point_id=point.pk if point else None,
        ),
        outcome=Outcome.NO_ANSWER,
        reason=_SOURCE,
        by=CLERK,
    )


_STATE: Final[dict[str, _Teller]] = {
    # Both lists name the same wishes; the very same again is told once.
    "consents": _call_backs,
    "call_consents": _call_backs,
    "hours_consents": _hours_consents,
    "opt_outs": _opt_outs,
    "sms_basis": _sms_basis,
    "tcpa_consent": _tcpa_consent,
    "inconvenient_windows": _inconvenient_times,
    "inconvenient_places": _inconvenient_places,
    "agreed_hours": _agreed_hours,
    "agreed_cap": _agreed_cap,
    "attorney": _stop(StopKind.ATTORNEY, "name", "firm"),
    "cease_mailed_at": _nothing,
    "cease_received_at": _cease,
    "dispute": _stop(StopKind.DISPUTE, received_by="letter"),
    "breathing_space": _breathing_space,
    "third_party_refusals": _refused_third_parties,
    "debtor_unreachable": _unreachable,
    "cure_notice": _notice(NoticeKind.RIGHT_TO_CURE, "given_on", "served_on"),
    "uk_default_notice": _notice(NoticeKind.DEFAULT_NOTICE_UK, "served_on"),
    "visit_notice": _notice(NoticeKind.VISIT_NOTICE, "served_on", "sent_on"),
    "uk_protected_goods": _protected,
    "court_order": _order(OrderKind.POSSESSION),
    "debtor_consent_at_the_time": _order(OrderKind.DEBTOR_CONSENT),
}
_FLAGS: Final[dict[str, _Teller]] = {
    "time_barred": _stop(StopKind.TIME_BARRED),
    "employer_prohibits": _stop(StopKind.EMPLOYER_PROHIBITS, "how", how="written"),
    # Read where the address is made.
    "employer_email_known": _nothing,
    "bankruptcy_stay": _stop(StopKind.BANKRUPTCY),
    "bankruptcy": _stop(StopKind.BANKRUPTCY),
    "scra": _stop(StopKind.MILITARY),
    "military": _stop(StopKind.MILITARY),
    "vulnerable": _stop(StopKind.VULNERABLE),
    "hardship": _stop(StopKind.HARDSHIP),
    "deceased": _stop(StopKind.DECEASED),
}
