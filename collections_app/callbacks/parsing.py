"""Reading when to call back, as agents type it: `t 10`, `fri 15:30`, `+2h`, 明天10点, 周五下午3点.

Pure: a text, the present moment and the person's zone give a time on the person's clock.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import clock

_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday",
            "fri friday", "sat saturday", "sun sunday",
        )
    )
    for name in names.split()
}  # fmt: skip
_CHINESE_WEEKDAYS: Final = {**dict(zip("一二三四五六日", range(7), strict=True)), "天": 6}
_DAYS_AHEAD: Final = {
    "today": 0, "tod": 0, "tonight": 0, "tomorrow": 1, "tmr": 1, "tom": 1, "t": 1,
    "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1,
    "后天": 2, "大后天": 3,
}  # fmt: skip
#: What says that an hour of the clock's second half is meant, and the first.
_LATE: Final = re.compile(r"pm|p\.m\.|下午|傍晚|晚|tonight")
_EARLY: Final = re.compile(r"am|a\.m\.|上午|凌晨|早")
_NUMERALS: Final = {**{c: n for n, c in enumerate("〇一二三四五六七八九")}, "两": 2, "零": 0}

_RELATIVE: Final = re.compile(
    r"(?:\+|in )(\d{1,3}) ?(m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)\b"
)
_CHINESE_RELATIVE: Final = re.compile(
    r"(\d{1,3}) ?(?:个)?(分钟|小时|钟头|天|周|星期)(?:以?后|之后)"
)
_ISO_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH_DAY: Final = re.compile(r"(?<!\d)(\d{1,2})[-/月](\d{1,2})[日号]?(?!\d)")
_WEEKDAY: Final = re.compile(
    r"\b(next )?(" + "|".join(sorted(_WEEKDAYS, key=len, reverse=True)) + r")\b"
)
_CHINESE_WEEKDAY: Final = re.compile(r"(下|本|这)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")
_NAMED_DAY: Final = re.compile(
    r"(大后天|后天|今天|今日|今晚|今早|明天|明日|明早|明晚)|\b(today|tod|tonight|tomorrow|tmr|tom|t)(?=\b|\d)"
)
_TIME: Final = re.compile(
    r"(?<![\d:])(\d{1,2})(?:(?:[:.点时h])(\d{2}|半|一刻|三刻)?(?:分)?)?"
    r" ?(?:am|pm|a\.m\.|p\.m\.|o'?clock)?(?![\d:])"
)
_PARTS: Final = {"半": 30, "一刻": 15, "三刻": 45}
_STEPS: Final = {
    "m": timedelta(minutes=1), "分": timedelta(minutes=1), "h": timedelta(hours=1),
    "小": timedelta(hours=1), "钟": timedelta(hours=1), "d": timedelta(days=1),
    "天": timedelta(days=1), "w": timedelta(weeks=1), "周": timedelta(weeks=1),
    "星": timedelta(weeks=1),
}  # fmt: skip


def read_when(text: str, now: datetime, zone: str | tzinfo) -> datetime:
    """Returns the time on the clock of `zone` (naive) that a text names, seen from `now` (aware).

    Understood: `t 10` (tomorrow), `10:30` (its next time), `fri 15:30`, `next fri 9`, `+2h`,
    `+3d 10`, `12-01 10`, ISO, and in Chinese 明天10点, 周五下午3点半, 12月1日10点, 2小时后. An hour
    from 1 to 6 without am or pm is in the afternoon: nobody is called at three at night. A clock
    that is put forward shows the time after the gap. Raises ValidationError for a text without a
    day or time that can be told, and for a moment that has passed.
    """
    said = _tidy(text)
    local = now.astimezone(clock.zone_of(zone))
    read = _relative(said, local) or _named(said, local)
    found = on_the_clock(read, zone)
    if resolve(found, zone) <= now:
        raise ValidationError(_("That moment has passed there. Name one ahead."), code="past")
    return found


def resolve(wall_time: datetime, zone: str | tzinfo) -> datetime:
    """Returns the instant (UTC) at which the clock of a zone shows a naive time.

    A time that the clock skips is the same time before the change, so the clock shows it later by
    the gap; of a time shown twice it is the first, or the second with `fold=1`.
    """
    return wall_time.replace(tzinfo=clock.zone_of(zone)).astimezone(UTC)


def on_the_clock(wall_time: datetime, zone: str | tzinfo) -> datetime:
    """Returns a naive time as the clock of a zone will really show it: never inside a gap."""
    return resolve(wall_time, zone).astimezone(clock.zone_of(zone)).replace(tzinfo=None)


def _tidy(text: str) -> str:
    said = unicodedata.normalize("NFKC", text).lower().strip()
    said = re.sub(r"(\d{4}-\d{2}-\d{2})t(\d)", r"\1 \2", said)
    said = said.replace("半个小时", "30分钟").replace("半小时", "30分钟")
    said = re.sub(r"(\d{1,2})[:点时]钟?整", r"\1点", said).replace("点钟", "点")
    # Numerals before a unit: 十点, 两点半, 十二月一日; the names of weekdays stay.
    counted = re.compile(
        r"(?<![周期拜])([〇零一二三四五六七八九两十]{1,3})(?=点|时|分|月|日|号|天|个|小时|周后)"
    )
    return re.sub(r"\s+", " ", counted.sub(lambda found: str(_number(found[1])), said))


def _number(numeral: str) -> int:
    """二十三 and its like, up to 99."""
    if "十" not in numeral:
        return int("".join(str(_NUMERALS[char]) for char in numeral))
    tens, _ten, ones = numeral.partition("十")
    return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)


def _relative(said: str, local: datetime) -> datetime | None:
    """Hours and minutes from now run on the world's clock, days on the person's."""
    found = _RELATIVE.search(said) or _CHINESE_RELATIVE.search(said)
    if found is None:
        return None
    length = int(found[1]) * _STEPS[found[2][0]]
    if length % timedelta(days=1):
        later = (local.astimezone(UTC) + length).astimezone(local.tzinfo)
        return later.replace(tzinfo=None, second=0, microsecond=0)
    day = local.date() + length
    at = _time(said[: found.start()] + " " + said[found.end() :])
    return datetime.combine(day, at or local.time().replace(second=0, microsecond=0))


def _named(said: str, local: datetime) -> datetime:
    day, rest = _day(said, local.date())
    at = _time(rest)
    if at is None:
        raise ValidationError(
            _("Say at what time, e.g. t 10, fri 15:30, +2h or 2026-12-01 10:00."), code="no_time"
        )
    if day is not None:
        return datetime.combine(day, at)
    wanted = datetime.combine(local.date(), at)
    is_over = resolve(wanted, local.tzinfo or UTC) <= local
    return wanted + timedelta(days=1) if is_over else wanted


def _day(said: str, today: date) -> tuple[date | None, str]:
    """The day that is named, and the text without it; no day where none is."""
    if found := _ISO_DAY.search(said):
        return _date(int(found[1]), int(found[2]), int(found[3])), _without(said, found)
    if found := _NAMED_DAY.search(said):
        return today + timedelta(days=_DAYS_AHEAD[found[0]]), _without(said, found, keep=found[0])
    if found := _CHINESE_WEEKDAY.search(said):
        return _chinese_weekday(found, today), _without(said, found)
    if found := _WEEKDAY.search(said):
        ahead = (_WEEKDAYS[found[2]] - today.weekday()) % 7 or 7
        return today + timedelta(days=ahead), _without(said, found)
    if found := _MONTH_DAY.search(said):
        day = _date(today.year, int(found[1]), int(found[2]))
        if day < today:
            day = _date(today.year + 1, int(found[1]), int(found[2]))
        return day, _without(said, found)
    return None, said


def _chinese_weekday(found: re.Match[str], today: date) -> date:
    """周五 is the next Friday; 下周五 that of the coming week, 本周五 that of this one."""
    weekday = _CHINESE_WEEKDAYS[found[2]]
    monday = today - timedelta(days=today.weekday())
    if found[1] == "下":
        return monday + timedelta(days=7 + weekday)
    if found[1]:
        return monday + timedelta(days=weekday)
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)


def _without(said: str, found: re.Match[str], keep: str = "") -> str:
    """The text around a match; of 今晚 and tonight the part of the day is kept."""
    part = keep if _LATE.search(keep) or _EARLY.search(keep) else ""
    return f"{said[: found.start()]} {part} {said[found.end() :]}"


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValidationError(_("There is no such day in the calendar."), code="no_day") from None


def _time(said: str) -> time | None:
    """The time of day that is named; None where none is. Raises ValidationError for 25:00."""
    found = _TIME.search(re.sub(r"(?<!\d)(\d{2})(\d{2})(?!\d)", r"\1:\2", said))  # 1530
    if found is None:
        return None
    hour = int(found[1])
    part = found[2] or ""
    minute = _PARTS.get(part, int(part) if part.isdigit() else 0)
    is_exact = len(found[1]) == 2 and bool(part)  # 03:00 is meant as written
    if _LATE.search(said):
        hour += 12 if hour < 12 else 0
    elif _EARLY.search(said):
        hour = 0 if hour == 12 else hour
    elif 1 <= hour <= 6 and not is_exact:
        hour += 12
    try:
        return time(hour, minute)
    except ValueError:
        raise ValidationError(_("There is no such time on a clock."), code="no_time") from None
