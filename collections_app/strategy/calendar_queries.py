"""What the days of a week bring, by line and channel: planned and sent beside expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import CharField, Count, F, Func, Q, Value
from django.db.models.functions import Coalesce, TruncDate

from collections_app.strategy.models import StrategyLine
from collections_app.strategy.planning import Expected, expect_day, version_in_force
from core import clock
from loans.portfolios.models import Portfolio
from notifications.outbox.models import Message, MessageHold

DAYS: Final = 7
#: Reasons of messages that the strategy did not send because the relationship is heated.
LEFT_OUT: Final = ("relationship", "relationship_rest")
#: Seconds that counts are kept: a page that is looked at by many asks the book once a minute.
KEPT: Final = 60


@dataclass(slots=True)
class Wave:
    """What one line of one portfolio brings on one day over one channel."""

    portfolio: Portfolio
    day: date
    code: str
    channel: str
    name: str = ""
    at: time | None = None
    expected: int = 0
    #: Messages of the outbox by state, and how many of the waiting ones a hold keeps.
    states: Counter[str] = field(default_factory=Counter)
    held: int = 0
    is_line_held: bool = False
    #: People left out because the relationship is heated: those not planned yet, and of `states`
    #: those whose message was not sent for it.
    left_out_ahead: int = 0
    left_out_sent: int = 0

    @property
    def count(self) -> int:
        """How many people it is for, whatever became of their messages."""
        return self.expected + self.states.total()

    @property
    def left_out(self) -> int:
        """How many people the strategy leaves out because the relationship is heated."""
        return self.left_out_ahead + self.left_out_sent


def week_of(portfolios: Sequence[Portfolio], first: date) -> list[Wave]:
    """Returns the waves of seven days. A portfolio costs two reads and one for each day ahead."""
    waves: list[Wave] = []
    for portfolio in portfolios:
        waves += _waves(portfolio, [first + timedelta(days=n) for n in range(DAYS)])
    return sorted(waves, key=lambda wave: (wave.day, wave.at or time.max, wave.code))


def expected_on(portfolio: Portfolio, on: date) -> list[Expected]:
    """Returns what a day will bring, at most a minute old; nothing for a day that is over."""
    if on < clock.local_today(portfolio.time_zone):
        return []
    key = f"strategy:expected:{portfolio.pk}:{on.isoformat()}"
    found: list[Expected] | None = cache.get(key)
    if found is None:
        found = expect_day(portfolio=portfolio, on=on)
        cache.set(key, found, KEPT)
    return found


def messages_on(portfolio: Portfolio, first: date, last: date) -> Any:
    """Returns the messages of some days with their day and their line, whatever their state."""
    zone = ZoneInfo(portfolio.time_zone)
    begins = datetime.combine(first, time.min, tzinfo=zone)
    ends = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
    mine = Message.objects.filter(portfolio=portfolio)
    # What a hold or a closed gate puts off keeps the day it was planned for.
    of_days = Q(batch__planned_for__range=(first, last))
    of_days |= Q(batch=None, send_at__gte=begins, send_at__lt=ends)
    return mine.filter(of_days).annotate(
        day=Coalesce("batch__planned_for", TruncDate("send_at", tzinfo=zone)),
        line=Func(F("step"), Value("@"), Value(1), function="split_part", output_field=CharField()),
    )


def lines_held(portfolio: Portfolio) -> set[str]:
    """Returns the codes of the lines under a hold; the empty one is the whole portfolio."""
    held = MessageHold.objects.in_force(clock.now()).filter(
        portfolio=portfolio, party=None, loan=None
    )
    return set(held.values_list("step", flat=True))


def line_of(portfolio: Portfolio, code: str, on: date) -> StrategyLine | None:
    """Returns the line of that code in the version of the day, else the newest that had it."""
    version = version_in_force(portfolio, on)
    lines = StrategyLine.objects.filter(
        version__strategy__portfolio=portfolio, code=code
    ).select_related("template", "version")
    if version is not None and (found := lines.filter(version=version).first()):
        return found
    return lines.order_by("-version__version").first()


def _waves(portfolio: Portfolio, days: list[date]) -> list[Wave]:
    waves: dict[tuple[date, str, str], Wave] = {}

    def wave(day: date, code: str, channel: str) -> Wave:
        key = (day, code, channel)
        return waves.setdefault(key, Wave(portfolio, day, code, channel))

    for day in days:
        for row in expected_on(portfolio, day):
            mine = wave(day, row.step, row.channel)
            mine.expected += row.count
            mine.left_out_ahead += row.left_out
    rows = messages_on(portfolio, days[0], days[-1]).order_by()
    counted = rows.values("day", "line", "channel", "state").annotate(
        n=Count("pk"),
        kept=Count("pk", filter=Q(state="waiting", reason="held")),
        left_out=Count("pk", filter=Q(state="suppressed", reason__in=LEFT_OUT)),
    )
    for found in counted:
        mine = wave(found["day"], found["line"], found["channel"])
        mine.states[found["state"]] += found["n"]
        mine.held += found["kept"]
        mine.left_out_sent += found["left_out"]
    return _named(portfolio, list(waves.values()))


def _named(portfolio: Portfolio, waves: list[Wave]) -> list[Wave]:
    """Gives the waves the name and hour of their lines, of the newest version that has them."""
    held = lines_held(portfolio)
    lines = {
        line.code: line
        for line in StrategyLine.objects.filter(
            version__strategy__portfolio=portfolio, code__in={wave.code for wave in waves}
        ).order_by("version__version")
    }
    for wave in waves:
        line = lines.get(wave.code)
        wave.name = line.name if line else wave.code
        wave.at = line.send_at if line else None
        wave.is_line_held = bool(held & {"", wave.code})
    return waves
