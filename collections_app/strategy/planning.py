"""Planning the messages of a day, and counting what the coming days will bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from collections_app.strategy.models import OF_RELATIONSHIP, StrategyVersion
from collections_app.strategy.planning_sql import PLAN, PREVIEW, SAMPLE
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.portfolios.models import Portfolio
from notifications.channels.flow import MessageChannel
from notifications.outbox.models import Batch
from notifications.outbox.waking import wake_after_commit

#: How far before its due date a loan can be spoken of.
HORIZON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Expected:
    """How many messages a line would send on a day, and about how many loans."""

    step: str
    channel: str
    count: int
    loans: int = 0
    #: People whom the line leaves out for how it stands between us and them.
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Addressed:
    """One person a line would write to."""

    party_id: UUID
    contact_point_id: UUID | None
    loan_ids: tuple[UUID, ...]
    send_at: datetime
    language: str


@transaction.atomic
def plan_day(*, portfolio: Portfolio, on: date, by: Actor) -> int:
    """Owes the messages of one local day of a portfolio; returns how many are new and will go out.

    Whom the strategy leaves out because the relationship is heated gets a message that is not sent
    and says so.

    One statement for everybody. Planned again, nothing changes: obligations are unique by what they
    are about. A day before the portfolio's own today is never planned: nothing is sent late.
    """
    version = version_in_force(portfolio, on)
    if version is None or on < clock.local_today(portfolio.time_zone):
        return 0
    batch = Batch.objects.create(
        portfolio=portfolio,
        label=f"{portfolio.code} {on.isoformat()}",
        planned_for=on,
        planned_by=by.label,
        planned_at=clock.now(),
        strategy_version=f"{version.strategy_id} v{version.version}",
    )
    values = {**_values(portfolio, on, version), "batch": batch.pk, "by": by.label}
    count, written = _rows(PLAN, values)[0]
    if not written:
        batch.delete()
        return 0
    record(
        action="messages.planned",
        by=by,
        object_type="notifications.Batch",
        object_id=batch.pk,
        portfolio_id=portfolio.pk,
        count=written,
        data={"on": on.isoformat(), "version": version.version, "left_out": written - count},
    )
    wake_after_commit(MessageChannel.values)
    return int(count)


def expect_day(*, portfolio: Portfolio, on: date) -> list[Expected]:
    """Returns what a day will bring as things stand now; writes nothing.

    For a day ahead, days past due and days to due are counted for that day; payments that come
    until then take messages away. What is planned already is not counted again.
    """
    version = version_in_force(portfolio, on)
    return [] if version is None else expect_of(version=version, portfolio=portfolio, on=on)


def expect_of(*, version: StrategyVersion, portfolio: Portfolio, on: date) -> list[Expected]:
    """Returns what a version, in force or not, would bring on a day. One query."""
    found: dict[tuple[str, str], list[int]] = {}
    for step, channel, *numbers in _rows(PREVIEW, _values(portfolio, on, version)):
        sums = found.setdefault((step.partition("@")[0], channel), [0, 0, 0])
        for place, number in enumerate(numbers):
            sums[place] += int(number)
    return [Expected(*key, *sums) for key, sums in sorted(found.items())]


def sample_of(
    *, version: StrategyVersion, portfolio: Portfolio, on: date, code: str, most: int
) -> list[Addressed]:
    """Returns some of the people a line would write to on a day. One query."""
    values = {**_values(portfolio, on, version), "code": code, "most": most}
    return [
        Addressed(party, point, tuple(loans), send_at, language)
        for party, point, loans, send_at, language in _rows(SAMPLE, values)
    ]


def version_in_force(portfolio: Portfolio, on: date) -> StrategyVersion | None:
    """Returns the version that plans on a day, or None."""
    return StrategyVersion.objects.in_force(on).filter(strategy__portfolio=portfolio).first()


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Runs one of the statements of a day and returns its rows.

    PostgreSQL cannot know how many loans a line speaks of, guesses one, and would compare everybody
    with everybody: 19 s instead of 0.1 s at 10,000 loans, and a hundred times that at 100,000. So
    nested loops are only for what is looked up by an index, person by person (LATERAL).
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_nestloop = off; {statement}", values)
        rows = list(cursor.fetchall())
        if connection.in_atomic_block:
            cursor.execute("SET LOCAL enable_nestloop = on")
    return rows


def _values(portfolio: Portfolio, on: date, version: StrategyVersion) -> Mapping[str, Any]:
    zone = ZoneInfo(portfolio.time_zone)
    morning = datetime.combine(on, time.min, tzinfo=zone)
    quiet = timedelta(days=version.days_between)
    heated = timedelta(days=version.heated_days_between or version.days_between)
    night = datetime.combine(on + timedelta(days=1), time.min, tzinfo=zone)
    return {
        "portfolio": portfolio.pk,
        "on": on,
        "horizon": on + HORIZON,
        "due_day_counts": int(portfolio.due_day_counts),
        "language": portfolio.language,
        "version": version.pk,
        "zone": portfolio.time_zone,
        "now": clock.now(),
        "lately": morning - timedelta(days=40),
        "quiet_from": morning - quiet + timedelta(days=1),
        "quiet_to": morning + quiet,
        "heated_days": version.heated_days_between,
        "heated_from": morning - heated + timedelta(days=1),
        "heated_to": morning + heated,
        "morning": morning,
        "night": night,
        "of_relationship": list(OF_RELATIONSHIP),
    }
