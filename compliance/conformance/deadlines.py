"""Deadline scenarios: each rule's clock, asked with what the scenario says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from compliance.clocks import (
    breathing_space,
    complaints,
    default_notice,
    disposition,
    electronic,
    guarantee,
    limitation,
    payment_order,
    preservation,
    retention,
    revocation,
    right_to_cure,
    validation,
)
from compliance.complaints.flow import ComplaintClock
from compliance.conformance.reading import NotExpressible, Row, day_of, instant_of, require_known
from compliance.conformance.stage import CLERK
from core.calendars import WorkingDays, ensure_standard_calendars, fill_year, load

_Answers = Mapping[str, Any]
_Clock = Callable[[Row], _Answers]

#: No clock here runs longer than the limitation of a debt that was demanded late.
_YEARS_AHEAD: Final = 7
_CHINA, _FEDERAL = "CN", "US"
_ASSETS: Final = {
    "vehicle": preservation.Asset.MOVABLE,
    "deposits": preservation.Asset.DEPOSIT,
    "real_estate": preservation.Asset.IMMOVABLE,
}


def prepare_calendars(cases: list[Row]) -> None:
    """Fills the standard calendars for every year that a clock of the scenarios may reach."""
    said = [value for case in cases for value in case["input"].values()]
    years = {int(value[:4]) for value in said if isinstance(value, str) and value[:4].isdigit()}
    calendars = ensure_standard_calendars(by=CLERK)
    for calendar in calendars if years else ():
        for year in range(min(years), max(years) + _YEARS_AHEAD + 1):
            if year not in calendar.filled_years:
                fill_year(code=calendar.code, year=year, by=CLERK)


def answers_of(case: Row) -> _Answers:
    """What the clock of a scenario's rule answers, by the names that scenarios use.

    Raises NotExpressible for a rule that has no clock here.
    """
    clock = CLOCKS.get(case["rule"])
    if clock is None:
        raise NotExpressible(f"there is no clock for {case['rule']}")
    return clock(case["input"])


def _china() -> WorkingDays:
    return load(_CHINA)


def _federal() -> WorkingDays:
    return load(_FEDERAL)


def _filing(said: Row) -> _Answers:
    require_known(said, ("measures_taken_on", "accepted_at"), "the input")
    answers: dict[str, Any] = {}
    if "measures_taken_on" in said:
        answers["must_file_by"] = preservation.file_by(day_of(said["measures_taken_on"]), _china())
    if "accepted_at" in said:
        answers["ruling_due_at"] = preservation.urgent_ruling_by(instant_of(said["accepted_at"]))
    return answers


def _ruling(said: Row) -> _Answers:
    require_known(said, ("accepted_on", "security_required", "security_given_on"), "the input")
    given = day_of(said["security_given_on"]) if said.get("security_given_on") else None
    if said.get("security_required") and given is None:
        raise NotExpressible("security is required and no day says when it was given")
    ruling = preservation.ruling_due_on(day_of(said["accepted_on"]), _china(), given)
    enforcement = preservation.enforcement_begins_by(ruling, _china())
    return {"ruling_due_on": ruling, "enforcement_begins_by": enforcement}


def _renewal(said: Row) -> _Answers:
    require_known(said, ("asset", "sealed_on"), "the input")
    try:
        asset = _ASSETS.get(said["asset"]) or preservation.Asset(said["asset"])
    except ValueError:
        raise NotExpressible(f"no measure is known on {said['asset']}") from None
    expires = preservation.expires_on(day_of(said["sealed_on"]), asset)
    return {
        "expires_on": expires,
        "renewal_request_by": preservation.renewal_request_by(expires, _china()),
    }


def _limitation(said: Row) -> _Answers:
    require_known(said, ("last_instalment_due", "interruptions", "accelerated_to"), "the input")
    accelerated = said.get("accelerated_to")
    return {
        "limitation_ends": limitation.ends_on(
            day_of(said["last_instalment_due"]),
            _china(),
            interrupted_on=[day_of(event) for event in said.get("interruptions") or ()],
            accelerated_to=day_of(accelerated) if accelerated else None,
        )
    }


def _guarantee(said: Row) -> _Answers:
    require_known(said, ("main_debt_due", "agreed_period", "agreed_until", "type"), "the input")
    if said.get("agreed_period") is not None:
        raise NotExpressible("an agreed period is told by its last day, agreed_until")
    agreed = day_of(said["agreed_until"]) if said.get("agreed_until") else None
    by = guarantee.demand_by(day_of(said["main_debt_due"]), _china(), agreed)
    return {"must_demand_guarantor_by": by, "must_sue_by": by}


def _payment_order(said: Row) -> _Answers:
    require_known(said, ("accepted_on", "received_on"), "the input")
    answers: dict[str, Any] = {}
    if "accepted_on" in said:
        answers["issued_by"] = payment_order.issued_by(day_of(said["accepted_on"]), _china())
    if "received_on" in said:
        answers["answered_by"] = payment_order.answered_by(day_of(said["received_on"]), _china())
    return answers


def _complaint(said: Row) -> _Answers:
    require_known(said, ("received_on",), "the input")
    received = day_of(said["received_on"])
    return {f"{clock.value}_by": complaints.due_on(received, clock) for clock in ComplaintClock}


def _retention(said: Row) -> _Answers:
    require_known(said, ("record_on", "last_activity_on"), "the input")
    on = day_of(said.get("record_on") or said["last_activity_on"])
    return {
        "keep_until": retention.keep_until(on, retention.Record.REG_F),
        "keep_until_gbt": retention.keep_until(on, retention.Record.GBT_45251),
        "keep_until_policy": retention.keep_until(on, retention.Record.POLICY),
    }


def _validation(said: Row) -> _Answers:
    require_known(said, ("sent_on", "initial_communication_on"), "the input")
    answers: dict[str, Any] = {}
    if "sent_on" in said:
        received = validation.assumed_receipt_on(day_of(said["sent_on"]), _federal())
        answers["assumed_receipt"] = received
        answers["validation_end"] = validation.period_ends_on(received)
    if "initial_communication_on" in said:
        answers["notice_by"] = validation.notice_by(day_of(said["initial_communication_on"]))
    return answers


def _sale(said: Row) -> _Answers:
    require_known(said, ("notice_sent", "state"), "the input")
    return {
        "earliest_sale_policy": disposition.sale_from(
            day_of(said["notice_sent"]), said.get("state") or ""
        ),
        "safe_harbour_for_consumer": disposition.SAFE_HARBOUR_FOR_CONSUMERS,
    }


def _email_notice(said: Row) -> _Answers:
    require_known(said, ("creditor_notice_sent",), "the input")
    day = electronic.opt_out_not_before(day_of(said["creditor_notice_sent"]))
    return {"opt_out_deadline_not_before": day}


def _revocation(said: Row) -> _Answers:
    require_known(said, ("revoked_on",), "the input")
    return {"honour_by": revocation.honour_by(day_of(said["revoked_on"]), _federal())}


def _cure(said: Row) -> _Answers:
    require_known(said, ("notice_on", "given_on", "state", "days"), "the input")
    given: date = day_of(said.get("notice_on") or said["given_on"])
    state = said.get("state") or ""
    return {
        "cure_until": right_to_cure.cure_until(given, state, said.get("days")),
        "taking_from": right_to_cure.taking_from(given, state, said.get("days")),
    }


def _default_notice(said: Row) -> _Answers:
    require_known(said, ("served_on",), "the input")
    served = day_of(said["served_on"])
    return {
        "earliest_remedy_date_law": default_notice.remedy_not_before(served),
        "policy_clear_days": default_notice.enforcement_from(served),
    }


def _breathing_space(said: Row) -> _Answers:
    require_known(said, ("starts_on",), "the input")
    starts = day_of(said["starts_on"])
    review = breathing_space.review_between(starts)
    return {
        "last_day": breathing_space.standard_ends_on(starts),
        "review_from": review.first,
        "review_to": review.last,
    }


#: rule -> its clock, which answers by the names that scenarios use.
CLOCKS: Final[dict[str, _Clock]] = {
    "CN-PRESERVE-PRE": _filing,
    "CN-PRESERVE-PRE-DECISION": _filing,
    "CN-PRESERVE-LIT-DECISION": _ruling,
    "CN-PRESERVE-RENEW": _renewal,
    "CN-SOL": _limitation,
    "CN-SOL-INTERRUPT": _limitation,
    "CN-GUARANTEE": _guarantee,
    "CN-PAYMENT-ORDER": _payment_order,
    "CN-COMPLAINT": _complaint,
    "CN-RETENTION": _retention,
    "REGF-RETENTION": _retention,
    "REGF-VALIDATION": _validation,
    "REGF-VALIDATION-5D": _validation,
    "UCC-NOTICE": _sale,
    "REGF-LENDER-EMAIL-NOTICE": _email_notice,
    "TCPA-REVOKE": _revocation,
    "US-CURE": _cure,
    "UK-DEFAULT-14": _default_notice,
    "UK-BREATHING": _breathing_space,
}
