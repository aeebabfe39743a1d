"""Every number of the week: what it is, and which rows it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """What the rows behind a number are."""

    VERDICT = "verdict"
    ATTEMPT = "attempt"
    INCIDENT = "incident"
    COMPLAINT = "complaint"
    CONSENT = "consent"
    STOP = "stop"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number. `at` names the instant its rows are ordered by, the latest first."""

    code: str
    title: str | Promise
    formula: str | Promise
    kind: Kind
    at: str = "at"
    #: Whether more of it is worse; None: neither.
    is_bad: bool | None = None


_ALL: Final = (
    Measure(
        "made",
        _("Contacts made"),
        _(
            "Calls, messages, visits and letters reserved or recorded in the week, also those "
            "without the gate's yes; without contacts not made after all and those brought in at "
            "go-live."
        ),
        Kind.ATTEMPT,
    ),
    Measure(
        "refused",
        _("Refused by the gate"),
        _(
            "Contacts asked for in the week that the gate refused and no override let pass. "
            "Gate stops = refused / (refused + made)."
        ),
        Kind.VERDICT,
    ),
    Measure(
        "overridden",
        _("Passed by override"),
        _("Contacts of the week that a rule denied and a second person had let pass."),
        Kind.ATTEMPT,
    ),
    Measure(
        "unsanctioned",
        _("Unsanctioned contacts"),
        _("Contacts of the week made without the gate's yes. Each opens an incident."),
        Kind.ATTEMPT,
        is_bad=True,
    ),
    Measure(
        "no_outcome",
        _("Outcome missing"),
        _("Contacts reserved in the week of which nobody has said how they ended."),
        Kind.ATTEMPT,
        is_bad=True,
    ),
    Measure(
        "near_limit",
        _("Limits nearly used up"),
        _(
            "Contacts of the week that left at most one more under a limit, by what the gate had "
            "counted before them. Limits of one or two are left out."
        ),
        Kind.ATTEMPT,
    ),
    Measure(
        "incidents_open",
        _("Incidents open"),
        _("Incidents opened by the end of the week and not concluded by then."),
        Kind.INCIDENT,
        at="opened_at",
        is_bad=True,
    ),
    Measure(
        "complaints_received",
        _("Complaints received"),
        _("Complaints received in the week. Complaint rate = complaints / 1,000 contacts made."),
        Kind.COMPLAINT,
        at="received_at",
        is_bad=True,
    ),
    Measure(
        "complaints_answered",
        _("Complaints answered"),
        _("Complaints whose answer was given in the week, whenever they came."),
        Kind.COMPLAINT,
        at="answered_at",
    ),
    Measure(
        "complaints_late",
        _("Complaints late"),
        _("Complaints whose last day had passed by the end of the week without an answer."),
        Kind.COMPLAINT,
        at="received_at",
        is_bad=True,
    ),
    Measure(
        "opt_outs",
        _("Opt-outs"),
        _(
            "Answers of the week by which people refused a way of contact or took a yes back. "
            "Opt-out rate = opt-outs / contacts made."
        ),
        Kind.CONSENT,
        at="given_at",
        is_bad=True,
    ),
    Measure(
        "stops_set",
        _("Stops begun"),
        _("Stops of people, loans and portfolios that began in the week."),
        Kind.STOP,
        at="starts_at",
    ),
    Measure(
        "stops_lifted",
        _("Stops lifted"),
        _("Stops that somebody lifted in the week; those that ran out are not among them."),
        Kind.STOP,
        at="lifted_at",
    ),
)

MEASURES: Final[dict[str, Measure]] = {measure.code: measure for measure in _ALL}
