"""One wave opened: what it says, what it costs, what became of it, what the gate would answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format, time_format

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.strategy.calendar_queries import (
    KEPT,
    expected_on,
    line_of,
    lines_held,
    messages_on,
)
from collections_app.strategy.models import StrategyLine
from collections_app.strategy.planning import sample_of, version_in_force
from collections_app.strategy.presentation import whom_text
from compliance.gate.facts import ContactRequest
from compliance.gate.services import decide_many
from core import clock
from core.money import format_money
from loans.portfolios.models import Portfolio
from notifications.channels.queries import account_for
from notifications.outbox.flow import MessageState
from notifications.outbox.gating import question
from notifications.outbox.reasons import short_name
from notifications.templates.flow import TemplateStatus
from notifications.templates.models import MessageTemplate
from notifications.templates.registration import is_refused, sentence_for
from notifications.templates.samples import parts_of
from notifications.templates.samples import sample_of as sample_text

#: So many people are asked about; a share of them speaks for the rest.
SAMPLE: Final = 40


@dataclass(frozen=True, slots=True)
class Chosen:
    """A wave as an address names it."""

    portfolio: Portfolio
    day: date
    code: str
    channel: str


def chosen_wave(text: str, portfolios: list[Portfolio]) -> Chosen | None:
    """Returns the wave an address names, or None for none or one out of the reader's scope."""
    code, _dot, rest = text.partition(".")
    day, _dot, rest = rest.partition(".")
    line, _dot, channel = rest.partition(".")
    portfolio = next((row for row in portfolios if row.code == code), None)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return None
    return Chosen(portfolio, on, line, channel) if portfolio and line and channel else None


def wave_context(chosen: Chosen, *, user: User, close_href: str) -> dict[str, Any]:
    """Returns what the opened wave shows."""
    line = line_of(chosen.portfolio, chosen.code, chosen.day)
    template = line.template if line else None
    mine = messages_on(chosen.portfolio, chosen.day, chosen.day).filter(
        line=chosen.code, channel=chosen.channel
    )
    states = Counter(dict(mine.order_by().values_list("state").annotate(n=Count("pk"))))
    ahead = [
        row
        for row in expected_on(chosen.portfolio, chosen.day)
        if (row.step, row.channel) == (chosen.code, chosen.channel)
    ]
    expected = sum(row.count for row in ahead)
    open_count = expected + states["waiting"] + states["sending"]
    return {
        "name": line.name if line else chosen.code,
        "day": date_format(chosen.day, "l, j M Y"),
        "at": time_format(line.send_at, "H:i") if line else "",
        "portfolio": chosen.portfolio.name,
        "whom": whom_text(line, chosen.portfolio) if line else "",
        "people": expected + states.total(),
        "expected": expected,
        "left_out": sum(row.left_out for row in ahead),
        "states": [
            {"label": state.label, "count": states[state]}
            for state in MessageState
            if states[state]
        ],
        "why": _why(mine),
        "is_held": bool(lines_held(chosen.portfolio) & {"", chosen.code}),
        "wordings": _wordings(template, chosen, open_count) if template else [],
        "template_href": _template_href(template, user),
        "gate": _gate(line, chosen, mine) if line and open_count else None,
        "list_href": _list_href(chosen, user),
        "hold_href": _hold_href(chosen, user),
        "close_href": close_href,
    }


def _why(mine: Any) -> list[dict[str, Any]]:
    """Why messages were not sent or are kept, most first."""
    counted = mine.exclude(reason="").order_by().values_list("reason").annotate(n=Count("pk"))
    rows = sorted(counted, key=lambda row: -row[1])
    return [{"reason": short_name(reason), "count": count} for reason, count in rows]


def _wordings(template: MessageTemplate, chosen: Chosen, count: int) -> list[dict[str, Any]]:
    """Every approved wording with sample values, its parts and what so many would cost."""
    known = dict(settings.LANGUAGES)
    account = account_for(chosen.portfolio, chosen.channel)
    found = []
    for version in template.versions.filter(status=TemplateStatus.APPROVED):
        said = sample_text(version)
        parts = parts_of(said.body) if chosen.channel == "sms" else None
        price = account.price_per_part if account else None
        cost = price * (parts.parts if parts else 1) * count if price is not None else None
        found.append(
            {
                "language": known.get(version.language, version.language),
                "lang": "zh-Hans" if version.language.startswith("zh") else "en",
                "subject": said.subject,
                "body": said.body,
                "version": version.version,
                "lacking": sentence_for(version) if is_refused(version, account) else "",
                "parts": parts,
                "price": price,
                "currency": account.price_currency if account else "",
                "cost": format_money(cost, account.price_currency)
                if cost is not None and account and account.price_currency
                else "",
            }
        )
    return found


def _gate(line: StrategyLine, chosen: Chosen, mine: Any) -> dict[str, Any]:
    """How many of a sample the gate would let pass at the hour of the line, and why not others."""
    key = f"strategy:gate:{chosen.portfolio.pk}:{chosen.day}:{chosen.code}:{chosen.channel}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        decisions = decide_many(_questions(line, chosen, mine))
        refused: Counter[str] = Counter()
        for decision in decisions:
            refused.update({finding.code for finding in decision.denials})
        found = {
            "asked": len(decisions),
            "allowed": sum(decision.allowed for decision in decisions),
            "refused": refused.most_common(5),
        }
        cache.set(key, found, KEPT)
    return found


def _questions(line: StrategyLine, chosen: Chosen, mine: Any) -> list[ContactRequest]:
    now = clock.now()
    waiting = mine.filter(Q(state="waiting")).prefetch_related("about").order_by("pk")[:SAMPLE]
    asked = [
        question(
            template=line.template,
            languages=(message.language, chosen.portfolio.language),
            party_id=message.party_id,
            loan_ids=tuple(sorted(about.loan_id for about in message.about.all())),
            contact_point_id=message.contact_point_id,
            at=max(message.send_at, now),
        )
        for message in waiting
    ]
    version = version_in_force(chosen.portfolio, chosen.day)
    if asked or version is None:
        return asked
    people = sample_of(
        version=version,
        portfolio=chosen.portfolio,
        on=chosen.day,
        code=chosen.code,
        most=SAMPLE,
    )
    return [
        question(
            template=line.template,
            languages=(person.language, chosen.portfolio.language),
            party_id=person.party_id,
            loan_ids=person.loan_ids,
            contact_point_id=person.contact_point_id,
            at=max(person.send_at, now),
        )
        for person in people
    ]


def _template_href(template: MessageTemplate | None, user: User) -> str:
    if template is None or not has_right(user, "template.view"):
        return ""
    return reverse("wordings:template", args=[template.code])


def _list_href(chosen: Chosen, user: User) -> str:
    if not has_right(user, "message.view"):
        return ""
    query = {"portfolio": chosen.portfolio.pk, "channel": chosen.channel, "day": chosen.day}
    return f"{reverse('messages:outbox')}?{urlencode(query)}"


def _hold_href(chosen: Chosen, user: User) -> str:
    """Where a hold is set, the line named; the same form holds a person, a loan, the portfolio."""
    if not has_right(user, "message.hold"):
        return ""
    query = {"portfolio": chosen.portfolio.code, "what": "step", "step": chosen.code}
    return f"{reverse('messages:hold_preview')}?{urlencode(query)}"
