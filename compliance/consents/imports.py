"""The kind of file that brings consents and refusals along at go-live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from compliance.attempts.models import AttemptChannel
from compliance.consents.models import Consent, ConsentAnswer
from compliance.consents.services import record_consent
from loans.borrowers.models import Party
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds import Context, Counts, Group, Kind, RowProblem
from loans.imports.kinds.customer_columns import CUSTOMER_NO, by_customer, unknown_customers
from loans.imports.queries import known_customers

COLUMNS = (
    CUSTOMER_NO,
    Column(
        name="channel",
        label=_("channel"),
        parse=cells.choice,
        required=True,
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
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    known = known_customers(
        portfolio=context.portfolio, customer_nos=[group.key for group in groups]
    )
    yield from unknown_customers(groups, known)


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
            channel=values["channel"],
            answer=values["answer"],
            given_at=datetime.combine(values["given_on"], time(), tzinfo=zone),
            source=values["source"],
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
