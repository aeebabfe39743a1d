"""The kind of file that brings consents and refusals along at go-live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from compliance.attempts.models import AttemptChannel
from compliance.consents.models import Consent, ConsentAnswer, ConsentKind
from compliance.consents.services import record_consent
from loans.borrowers.models import Party
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds import Context, Counts, Group, Kind, RowProblem
from loans.imports.kinds.customer_columns import CUSTOMER_NO, by_customer, unknown_customers
from loans.imports.problems import Problem, add_sentences
from loans.imports.queries import known_customers

add_sentences(
    {"not_of_this_consent": _("Hours go with consent to other hours only. Leave it empty.")}
)

COLUMNS = (
    CUSTOMER_NO,
    Column(
        name="kind",
        label=_("about"),
        parse=cells.choice,
        choices={value: value for value in ConsentKind.values},
        synonyms=("consent to", "同意事项"),
        help=_("Empty: a way of contact."),
    ),
    Column(
        name="channel",
        label=_("channel"),
        parse=cells.choice,
        choices={value: value for value in AttemptChannel.values}
        | {"phone": "call", "电话": "call", "短信": "sms"},
        synonyms=("渠道",),
        example="sms",
    ),
    Column(
        name="answer",
        label=_("answer"),
        parse=cells.choice,
        required=True,
        choices={value: value for value in ConsentAnswer.values} | {"是": "yes", "否": "no"},
        synonyms=("consent", "同意"),
        example="yes",
    ),
    Column(
        name="given_on",
        label=_("given"),
        parse=cells.day,
        required=True,
        synonyms=("date", "日期", "同意日期"),
        example="2026-03-04",
    ),
    Column(
        name="source",
        label=_("source"),
        parse=cells.text,
        required=True,
        limit=120,
        synonyms=("来源",),
        example="contract, clause 9",
    ),
    Column(
        name="ends_on",
        label=_("until"),
        parse=cells.day,
        synonyms=("until", "结束日期"),
        help=_("The first day on which it no longer counts."),
    ),
    Column(name="opens", label=_("from"), parse=cells.time_of_day, synonyms=("from", "开始时间")),
    Column(name="closes", label=_("to"), parse=cells.time_of_day, synonyms=("to", "结束时间")),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    known = known_customers(
        portfolio=context.portfolio, customer_nos=[group.key for group in groups]
    )
    yield from unknown_customers(groups, known)
    for group in groups:
        for row in group.rows:
            values = row.values
            kind = values["kind"] or ConsentKind.CHANNEL
            if kind == ConsentKind.CHANNEL and not values["channel"]:
                yield RowProblem(row.number, Problem("channel", "missing"))
            if values["ends_on"] is not None and values["ends_on"] <= values["given_on"]:
                yield RowProblem(row.number, Problem("ends_on", "ends_before_start"))
            for name in ("opens", "closes"):
                if bool(values[name]) != (kind == ConsentKind.HOURS):
                    code = "missing" if kind == ConsentKind.HOURS else "not_of_this_consent"
                    yield RowProblem(row.number, Problem(name, code))


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    zone = ZoneInfo(context.portfolio.time_zone)
    parties = {
        party.customer_no: party
        for party in Party.objects.filter(
            namespace=context.portfolio.customer_namespace,
            customer_no__in=[group.key for group in groups],
        )
    }
    before = Consent.objects.filter(party__in=parties.values()).count()
    rows = [(parties[group.key], row.values) for group in groups for row in group.rows]
    for party, values in rows:
        record_consent(
            party=party,
            kind=values["kind"] or ConsentKind.CHANNEL,
            channel=values["channel"] or "",
            answer=values["answer"],
            given_at=datetime.combine(values["given_on"], time(), tzinfo=zone),
            source=values["source"],
            until=datetime.combine(values["ends_on"], time(), tzinfo=zone)
            if values["ends_on"]
            else None,
            opens=time.fromisoformat(values["opens"]) if values["opens"] else None,
            closes=time.fromisoformat(values["closes"]) if values["closes"] else None,
            by=context.by,
        )
    created = Consent.objects.filter(party__in=parties.values()).count() - before
    return Counts(created=created, unchanged=len(rows) - created)


KIND = Kind(
    code="consents",
    label=_("consents and refusals"),
    columns=COLUMNS,
    group_of=by_customer,
    group_label=_("Customer %(key)s"),
    check=_check,
    load=_load,
    order=72,
)
