"""What each rule read of the facts when it was asked, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.gate.facts import AppliedRule, ContactFacts, Counter
from compliance.rulepacks.words import UNREACHABLE, value_text
from compliance.rules import caps
from compliance.rules.counting import counted, days_of, loans_counted
from compliance.rules.permissions import newest
from compliance.rules.registry import RULES
from compliance.rules.standing import in_force
from compliance.stops.models import StopKind

Reader = Callable[[ContactFacts, AppliedRule], str]


def what_it_read(facts: ContactFacts, rule: AppliedRule) -> str:
    """Returns what the rule looked at; empty where its sentence already says all."""
    if rule.rule in _READERS:
        return _READERS[rule.rule](facts, rule)
    kinds = RULES[rule.rule].judges & set(StopKind.values)
    return _stops(facts, kinds) if kinds else ""


def local_text(instant: datetime, zone: str) -> str:
    """Returns an instant on the clock of a zone, to the second only where it matters."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def zone_name(zone: str) -> str:
    """Returns the city of a zone, which people know better than its name."""
    return zone.rpartition("/")[2].replace("_", " ")


def left_of(counter: Counter) -> str:
    """Returns how much of a limit is left."""
    return _("%(left)d left") % {"left": max(counter.limit - counter.used, 0)}


def _clocks(facts: ContactFacts, rule: AppliedRule) -> str:
    shown = (
        _("%(time)s in %(place)s")
        % {
            "time": f"{facts.request.at.astimezone(ZoneInfo(zone)):%H:%M}",
            "place": zone_name(zone),
        }
        for zone in facts.zones
    )
    return _list(shown) or _("no place is known")


def _used(facts: ContactFacts, rule: AppliedRule) -> str:
    counter = caps.count(facts, rule)
    return _("%(used)d of %(limit)d used") % {"used": counter.used, "limit": counter.limit}


def _last_talk(facts: ContactFacts, rule: AppliedRule) -> str:
    days = [
        day
        for loan in loans_counted(facts, rule)
        for day in days_of(facts, rule, loan, wished_too=True)
    ]
    return _since(_("last talk on %(day)s"), max(days, default=None), _("no talk on file"))


def _last_contact(facts: ContactFacts, rule: AppliedRule) -> str:
    last = max(
        (past.at for loan in loans_counted(facts, rule) for past in counted(facts, rule, loan)),
        default=None,
    )
    if last is None:
        return _("no contact on file")
    return _("last contact %(at)s") % {"at": local_text(last, _zone_of(facts))}


def _answer(kind: str) -> Reader:
    def read(facts: ContactFacts, rule: AppliedRule) -> str:
        wanted = kind or str(rule.values["permission"])
        found = newest(facts, wanted, facts.request.loan_ids[0])
        if found is None:
            return _("no answer on file")
        said = _("said yes on %(day)s") if found.answer == "yes" else _("said no on %(day)s")
        return said % {"day": _day(facts, found.given_at)}

    return read


def _wishes(*kinds: str) -> Reader:
    def read(facts: ContactFacts, rule: AppliedRule) -> str:
        number = sum(wish.kind in kinds for wish in facts.preferences)
        if not number:
            return _("no wish on file")
        return ngettext("%(n)d wish on file", "%(n)d wishes on file", number) % {"n": number}

    return read


def _content(facts: ContactFacts, rule: AppliedRule) -> str:
    said = value_text("permitted", sorted(facts.request.content))
    return _("says: %(said)s") % {"said": said}


def _notices(facts: ContactFacts, rule: AppliedRule) -> str:
    kind = {"visit_notice": "visit_notice", "validation_period": "validation"}.get(
        rule.rule, rule.values.get("notice", "")
    )
    served = max((row.served_on for row in facts.notices if row.kind == kind), default=None)
    return _since(_("served on %(day)s"), served, _("no such notice on file"))


def _orders(facts: ContactFacts, rule: AppliedRule) -> str:
    found = [order.kind for order in facts.orders if order.kind in rule.values.get("orders", ())]
    return value_text("orders", found) if found else _("no such order on file")


def _paid(facts: ContactFacts, rule: AppliedRule) -> str:
    if facts.paid_share is None:
        return _("nobody knows what share is paid")
    return _("%(share)s %% of the price is paid") % {"share": f"{facts.paid_share * 100:.1f}"}


def _visitors(facts: ContactFacts, rule: AppliedRule) -> str:
    count = facts.request.people_count
    if count is None:
        return _("not said how many go")
    return ngettext("%(n)d person goes", "%(n)d people go", count) % {"n": count}


def _recording(facts: ContactFacts, rule: AppliedRule) -> str:
    return _("recorded throughout") if facts.request.is_recorded else _("no recording declared")


def _reach(facts: ContactFacts, rule: AppliedRule) -> str:
    return str(UNREACHABLE.get(facts.unreachable, _("the borrower can be reached")))


def _who_acts(facts: ContactFacts, rule: AppliedRule) -> str:
    return facts.request.organisation or _("the lender itself")


def _line(facts: ContactFacts, rule: AppliedRule) -> str:
    is_private = facts.request.device == "private_phone"
    return _("a private telephone") if is_private else _("a line of the system")


def _mail_at_work(facts: ContactFacts, rule: AppliedRule) -> str:
    return _("the employer's address") if facts.is_work_email else _("not an employer's address")


def _stops(facts: ContactFacts, kinds: Iterable[str]) -> str:
    names = [
        _("%(stop)s since %(day)s")
        % {"stop": StopKind(stop.kind).label, "day": _day(facts, stop.starts_at)}
        for stop in in_force(facts, *kinds, of_anybody=True)
    ]
    return _list(names) or _("none on file")


def _zone_of(facts: ContactFacts) -> str:
    return facts.zones[0] if facts.zones else facts.day_zone or "UTC"


def _day(facts: ContactFacts, at: datetime) -> str:
    """The day on which something was where the person is; an evening there is tomorrow in UTC."""
    return at.astimezone(ZoneInfo(_zone_of(facts))).date().isoformat()


def _since(text: str, day: date | None, otherwise: str) -> str:
    return text % {"day": day.isoformat()} if day is not None else otherwise


def _list(parts: Iterable[str]) -> str:
    return str(_(", ")).join(parts)


_READERS: Final[dict[str, Reader]] = {
    "agency": _who_acts,
    "caps": _used,
    "consent": _answer(""),
    "court_order": _orders,
    "gap": _last_contact,
    "inconvenient_place": _wishes("inconvenient_place"),
    "inconvenient_time": _wishes("inconvenient_time"),
    "opt_out": _answer("channel"),
    "opt_out_statement": _content,
    "pause": _last_talk,
    "private_phone": _line,
    "protected_goods": _paid,
    "reconfirmation": _answer("channel"),
    "served_notice": _notices,
    "third_party_content": _content,
    "unreachable_debtor": _reach,
    "validation_period": _notices,
    "visit_notice": _notices,
    "visit_people": _visitors,
    "visit_recorded": _recording,
    "window": _clocks,
    "work_email": _mail_at_work,
}
