"""Whose law times the answer to a complaint: packs of its portfolio and of where people live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from compliance.clocks.complaints import MEASURE
from compliance.gate.places import whereabouts_of
from compliance.gate.records import read_records
from compliance.rulepacks.queries import rules_on
from loans.borrowers.models import Party
from loans.portfolios.models import Portfolio

#: Cited where no pack of a portfolio names days.
POLICY: Final = "Policy: no rule pack of the portfolio names days for answers"


@dataclass(frozen=True, slots=True)
class Terms:
    """How long an answer may take, and the rule that says so; `rule` is empty for our policy.

    `days` are the first term and its extensions, each counted from receipt.
    """

    days: tuple[int, ...]
    citation: str
    rule: str = ""
    acknowledge_days: int | None = None

    def acknowledged_by(self, received_on: date) -> date | None:
        """Returns by when the person hears that the complaint came in; None: nothing asks it."""
        return (
            received_on + timedelta(days=self.acknowledge_days) if self.acknowledge_days else None
        )


def terms_for(*, party: Party, portfolio: Portfolio, day: date) -> Terms:
    """Returns the terms in force on a day; of several packs that name days, the shortest."""
    records = read_records(people=[party.pk], loans=[], portfolios=[], reached=[party.pk])
    rules, _missing = rules_on(pack_codes=portfolio.rule_packs, days=[day])[day].of(
        portfolio.rule_packs, locations=whereabouts_of(party.pk, records).locations
    )
    named = [
        _terms(rule.values, rule.citation, rule.code)
        for rule in rules
        if rule.values.get("answer_days")
    ]
    return min(named, key=lambda terms: terms.days, default=Terms(MEASURE, POLICY))


def _terms(values: Mapping[str, Any], citation: str, rule: str) -> Terms:
    return Terms(tuple(values["answer_days"]), citation, rule, values.get("acknowledge_days"))
