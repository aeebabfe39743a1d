"""Counts again, from the rows of the ledger, whether a contact may be made. No rule of ours.

The limits are written down here once more, from the texts and not from the packs; rows are read by
plain SQL; clocks are those of `wall_clock`. Nothing of `compliance` is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from tests.compliance.wall_clock import DAY, minutes, wall_clock

EPOCH = minutes(date(1970, 1, 1))
CONNECTED = ("conversation", "dropped", "reserved")
UNANSWERED = ("no_answer", "no_voicemail", "busy", "not_in_service", "failed", "reserved")
RANG = (
    *("no_answer", "no_voicemail", "voicemail", "voicemail_no_message", "limited_message"),
    *("dropped", "third_party", "connected", "conversation", "reserved"),
)
REACHED = (*(outcome for outcome in RANG if outcome != "no_voicemail"), "sent")
VISITED = ("met", "not_met", "conversation", "third_party", "reserved")


@dataclass(frozen=True)
class Cap:
    """At most `limit` contacts of `by` in `days` calendar days."""

    name: str
    limit: int
    days: int
    by: str
    outcomes: tuple[str, ...]
    channels: tuple[str, ...] = ("call",)
    modes: tuple[str, ...] = ("live", "automated", "notice")
    #: Whether it is about numbers at work, about others, or about all.
    at_work: bool | None = None
    is_lifted_by_wish: bool = False
    is_agreeable: bool = False


@dataclass(frozen=True)
class Law:
    """What holds in one place."""

    opens: int
    closes: int
    caps: tuple[Cap, ...]
    pause_days: int = 0
    gap_minutes: int = 0
    text_days: int = 0
    #: Stop -> what may be said all the same.
    sayable: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Stops of one person that hold for everybody who owes the debt.
    shared_stops: tuple[str, ...] = ()
    reply_opens: tuple[str, ...] = ()


REG_F = Law(
    opens=8 * 60,
    closes=21 * 60,
    caps=(
        Cap("7 in 7", 7, 7, "person and debt", RANG, is_lifted_by_wish=True),
        Cap("3 a day", 3, 1, "person", RANG, is_lifted_by_wish=True),
    ),
    pause_days=7,
    gap_minutes=120,
    text_days=60,
    sayable={
        "cease": frozenset({"ends_collection", "may_invoke_remedy", "intends_to_invoke_remedy"}),
        "dispute": frozenset({"verification"}),
        "complaint": frozenset({"complaint_reply"}),
    },
    shared_stops=("dispute", "complaint"),
    reply_opens=("refusal", "inconvenient time", "attorney"),
)
MASSACHUSETTS = (
    Cap("2 in 7", 2, 7, "debt", REACHED, channels=("call", "sms"), at_work=False),
    Cap("2 in 30 at work", 2, 30, "debt", REACHED, channels=("call", "sms"), at_work=True),
    Cap("1 visit in 30", 1, 30, "debt", VISITED, channels=("visit",)),
)
REG_F_AND_MASSACHUSETTS = replace(REG_F, caps=(*REG_F.caps, *MASSACHUSETTS))
CHINA = Law(
    opens=8 * 60,
    closes=22 * 60,
    caps=(
        Cap("3 talks a day", 3, 1, "person", CONNECTED, modes=("live", "automated"),
            is_agreeable=True),
        Cap("3 notices a day", 3, 1, "person", ("connected", *CONNECTED), modes=("notice",)),
        Cap("6 dials a number", 6, 1, "number", UNANSWERED),
        Cap("1 text a day", 1, 1, "person", ("sent", "reserved"), channels=("sms",)),
        Cap("3 texts a week", 3, 7, "person", ("sent", "reserved"), channels=("sms",)),
        Cap("1 visit in 7", 1, 7, "debt", VISITED, channels=("visit",)),
    ),
    sayable={"complaint": frozenset({"complaint_reply"})},
    shared_stops=("complaint",),
    reply_opens=("inconvenient time",),
)  # fmt: skip


class Contact(NamedTuple):
    id: Any
    person: Any
    debts: tuple[Any, ...]
    channel: str
    direction: str
    mode: str
    content: tuple[str, ...]
    number: Any
    place: str
    at: datetime
    outcome: str


class StopRow(NamedTuple):
    kind: str
    person: Any
    debt: Any
    portfolio: Any
    channel: str
    starts_at: datetime
    ends_at: datetime | None


class AnswerRow(NamedTuple):
    kind: str
    channel: str
    number: Any
    debt: Any
    is_yes: bool
    given_at: datetime
    until: datetime | None
    only_on: date | None


class WishRow(NamedTuple):
    kind: str
    days: list[int]
    opens: Any
    closes: Any
    place: str
    number: Any
    count: int | None
    starts_at: datetime
    until: date | None


CONTACTS = """
SELECT a.id, a.party_id, array(SELECT loan_id FROM compliance_attemptloan l
        WHERE l.attempt_id = a.id), a.channel, a.direction, a.mode, a.content, a.contact_point_id,
    coalesce((SELECT place FROM loans_contactpoint p WHERE p.id = a.contact_point_id), ''), a.at,
    coalesce((SELECT outcome FROM compliance_settlement s WHERE s.attempt_id = a.id
        ORDER BY sequence DESC LIMIT 1), 'reserved')
FROM compliance_attempt a WHERE a.party_id = ANY(%s::uuid[]) ORDER BY a.at, a.id
"""
STOPS = """
SELECT kind, party_id, loan_id, portfolio_id, channel, starts_at, ends_at FROM compliance_stop
WHERE lifted_at IS NULL AND (party_id = ANY(%s::uuid[]) OR loan_id = ANY(%s::uuid[])
    OR portfolio_id = %s::uuid)
"""
ANSWERS = """
SELECT kind, channel, contact_point_id, loan_id, answer = 'yes', given_at, until, only_on
FROM compliance_consent WHERE party_id = %s::uuid ORDER BY given_at, id
"""
WISHES = """
SELECT kind, days, opens, closes, place, contact_point_id, count, starts_at, until
FROM compliance_preference WHERE party_id = %s::uuid AND ended_at IS NULL ORDER BY starts_at, id
"""


class Cast(NamedTuple):
    """Everybody on the loans, with the zones they may be in, the home's first."""

    people: tuple[Any, ...]
    debts: tuple[Any, ...]
    portfolio: Any
    zones: tuple[str, ...]


@cache
def _wall(zone: str, year: int) -> Any:
    return wall_clock(zone, year)


def local(at: datetime, zone: str) -> tuple[int, int]:
    """The day and the minute of the day that a wall clock in the zone shows."""
    minute = int(at.timestamp()) // 60 + EPOCH
    if zone == "Asia/Shanghai":
        return divmod(minute + 8 * 60, DAY)
    shown: tuple[int, int] = _wall(zone, at.astimezone(UTC).year).shown(minute)
    return shown


def breaches(attempt_id: Any, law: Law, cast: Cast) -> list[str]:
    """What the contact breaks, by the rows as they are now."""
    contacts = _contacts(cast)
    made = next(contact for contact in contacts if contact.id == attempt_id)
    return list(Recount(made, contacts, law, cast).breaches())


def asked_breaches(made: Contact, law: Law, cast: Cast) -> list[str]:
    """What a contact would break that is not on the ledger."""
    return list(Recount(made, _contacts(cast), law, cast).breaches())


def _contacts(cast: Cast) -> list[Contact]:
    return [
        Contact(*row[:2], tuple(row[2]), *row[3:6], tuple(row[6]), *row[7:])
        for row in _rows(CONTACTS, list(cast.people))
    ]


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


class Recount:
    def __init__(self, made: Contact, contacts: list[Contact], law: Law, cast: Cast) -> None:
        self.made, self.law, self.cast = made, law, cast
        self.others = [contact for contact in contacts if contact.id != made.id]
        self.answers = [AnswerRow(*row) for row in _rows(ANSWERS, made.person)]
        self.wishes = [WishRow(*row) for row in _rows(WISHES, made.person)]
        self.stops = [
            StopRow(*row)
            for row in _rows(STOPS, list(cast.people), list(made.debts), cast.portfolio)
        ]
        self.today = self.day(made.at)

    def day(self, at: datetime) -> int:
        return local(at, self.cast.zones[0])[0]

    def breaches(self) -> Iterator[str]:
        if self.made.number is None and self.made.channel in ("call", "sms", "email"):
            yield "no number or address"
        yield from self.closed()
        yield from self.stopped()
        yield from self.refused()
        yield from self.unwanted()
        for cap in self.law.caps:
            yield from self.over(cap)
        yield from self.too_soon()

    def closed(self) -> Iterator[str]:
        if self.made.channel not in ("call", "sms", "email", "visit"):
            return
        for zone in self.cast.zones:
            minute = local(self.made.at, zone)[1]
            if not self.law.opens <= minute < self.law.closes:
                yield f"closed in {zone}"

    def stopped(self) -> Iterator[str]:
        made, at = self.made, self.made.at
        for stop in self.stops:
            if not stop.starts_at <= at or (stop.ends_at is not None and stop.ends_at <= at):
                continue
            if stop.channel not in ("", made.channel):
                continue
            if stop.debt is not None and stop.debt not in made.debts:
                continue
            is_others = stop.person is not None and stop.person != made.person
            if is_others and stop.kind not in self.law.shared_stops:
                continue
            if stop.kind == "employer_prohibits" and made.place != "work":
                continue
            if made.content and set(made.content) <= self.law.sayable.get(stop.kind, frozenset()):
                continue
            if stop.kind == "attorney" and self.owes_reply("attorney"):
                continue
            yield f"stop {stop.kind}"

    def refused(self) -> Iterator[str]:
        made = self.made
        said = [
            answer
            for answer in self.answers
            if answer.kind == "channel"
            and answer.channel == made.channel
            and answer.number in (None, made.number)
            and answer.given_at <= made.at
        ]
        if said and not said[-1].is_yes and not self.owes_reply("refusal"):
            yield "refused"
        if made.channel == "sms" and self.law.text_days:
            confirmed = [answer.given_at for answer in said if answer.is_yes] + [
                contact.at
                for contact in self.others
                if contact.direction == "inbound"
                and (contact.channel, contact.number) == ("sms", made.number)
                and contact.person == made.person
            ]
            if not confirmed or self.today > self.day(max(confirmed)) + self.law.text_days:
                yield "number not confirmed"

    def unwanted(self) -> Iterator[str]:
        made = self.made
        for wish in self.wishes:
            if wish.starts_at > made.at:
                continue
            if wish.kind == "inconvenient_time" and self.is_kept_free(wish):
                yield "inconvenient time"
            if wish.kind == "inconvenient_place" and not self.is_over(wish):
                is_number = wish.number is not None and wish.number == made.number
                if is_number or (wish.number is None and wish.place == made.place):
                    yield "inconvenient place"

    def is_kept_free(self, wish: WishRow) -> bool:
        if self.made.channel == "letter" or self.owes_reply("inconvenient time"):
            return False
        return any(self.covers(wish, zone) for zone in self.cast.zones)

    def covers(self, wish: WishRow, zone: str) -> bool:
        day, minute = local(self.made.at, zone)
        begin = wish.opens.hour * 60 + wish.opens.minute if wish.opens else 0
        end = wish.closes.hour * 60 + wish.closes.minute if wish.closes else DAY
        if begin < end:
            return begin <= minute < end and self.is_on(wish, day)
        return (minute >= begin and self.is_on(wish, day)) or (
            minute < end and self.is_on(wish, day - 1)
        )

    def is_on(self, wish: WishRow, day: int) -> bool:
        on = date.fromordinal(day)
        return on.weekday() in wish.days and (wish.until is None or on <= wish.until)

    def is_over(self, wish: WishRow) -> bool:
        return wish.until is not None and self.today > wish.until.toordinal()

    def owes_reply(self, to: str) -> bool:
        """One message of the person, on this medium and number, within a day, not yet answered."""
        if to not in self.law.reply_opens:
            return False
        made = self.made
        on_medium = [
            contact
            for contact in self.others
            if (contact.person, contact.channel) == (made.person, made.channel)
            and contact.number in (None, made.number)
            and contact.at <= made.at
            and contact.outcome not in ("not_made", "failed")
        ]
        if not on_medium or on_medium[-1].direction != "inbound":
            return False
        return (made.at - on_medium[-1].at).total_seconds() < 24 * 3600

    def over(self, cap: Cap) -> Iterator[str]:
        made = self.made
        if made.channel not in cap.channels or made.mode not in cap.modes:
            return
        if cap.at_work is not None and cap.at_work != (made.place == "work"):
            return
        limit = self.agreed() if cap.is_agreeable else None
        for debt in made.debts if "debt" in cap.by else (None,):
            if cap.is_lifted_by_wish and self.wishes_call(made.at, debt):
                continue
            used = sum(self.counts(cap, contact, debt) for contact in self.others)
            most = cap.limit if limit is None else limit
            if used >= most:
                yield f"{cap.name}: {used} before"

    def agreed(self) -> int | None:
        agreed = [
            wish.count
            for wish in self.wishes
            if wish.kind == "agreed_cap"
            and wish.starts_at <= self.made.at
            and not self.is_over(wish)
        ]
        return agreed[-1] if agreed else None

    def counts(self, cap: Cap, contact: Contact, debt: Any, *, dated: bool = True) -> bool:
        made = self.made
        is_same = {
            "person": contact.person == made.person,
            "debt": debt in contact.debts,
            "person and debt": contact.person == made.person and debt in contact.debts,
            "number": contact.number is not None
            and (contact.person, contact.number) == (made.person, made.number),
        }[cap.by]
        return (
            is_same
            and contact.direction == "outbound"
            and contact.outcome in cap.outcomes
            and contact.channel in cap.channels
            and (contact.mode in cap.modes)
            and (cap.at_work is None or cap.at_work == (contact.place == "work"))
            and (not dated or self.day(contact.at) > self.today - cap.days)
            and not (cap.is_lifted_by_wish and self.wishes_call(contact.at, debt))
        )

    def wishes_call(self, at: datetime, debt: Any) -> bool:
        """Whether the person had asked to be called again, about this debt, at an instant."""
        return any(self.wish_holds(answer, at, debt) for answer in self.answers)

    def wish_holds(self, wish: AnswerRow, at: datetime, debt: Any) -> bool:
        if wish.kind != "call_back" or not wish.is_yes or wish.given_at > at:
            return False
        if debt is not None and wish.debt not in (None, debt):
            return False
        day = self.day(at)
        if day > self.day(wish.given_at) + 6 or (wish.until and at >= wish.until):
            return False
        if wish.only_on and day != wish.only_on.toordinal():
            return False
        talked = any(
            contact.channel == "call"
            and contact.outcome == "conversation"
            and contact.person == self.made.person
            and wish.given_at < contact.at < at
            and (wish.debt is None or wish.debt in contact.debts)
            for contact in self.others
        )
        taken_back = any(
            answer.kind == "call_back"
            and not answer.is_yes
            and wish.given_at < answer.given_at <= at
            and answer.debt in (None, wish.debt)
            for answer in self.answers
        )
        return not talked and not taken_back

    def too_soon(self) -> Iterator[str]:
        made, law = self.made, self.law
        if made.channel != "call":
            return
        if law.gap_minutes and not self.wishes_call(made.at, None):
            # A call that was asked for is a call all the same for the peace that follows it.
            rang = Cap("gap", 1, 1, "person", RANG)
            last = [c.at for c in self.others if self.counts(rang, c, None, dated=False)]
            if last and (made.at - max(last)).total_seconds() < law.gap_minutes * 60:
                yield "too soon after the last call"
        for debt in made.debts if law.pause_days else ():
            if self.wishes_call(made.at, debt):
                continue
            for contact in self.others:
                if (
                    contact.channel == "call"
                    and contact.outcome in ("conversation", "reserved")
                    and contact.person == made.person
                    and debt in contact.debts
                    and self.day(contact.at) > self.today - law.pause_days
                ):
                    yield "within the pause after a talk"
                    break
