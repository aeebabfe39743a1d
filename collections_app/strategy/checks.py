"""What is wrong with a version that somebody writes, each problem as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from collections_app.strategy.models import LineFlag, LineTrigger, StrategyLine, StrategyVersion
from loans.portfolios.models import Portfolio
from notifications.channels.queries import account_for
from notifications.templates.models import MessagePurpose
from notifications.templates.registration import registration_lacking

if TYPE_CHECKING:
    from collections_app.strategy.services import LineDraft, VersionDraft

#: What a line may say, by what its day is counted from: a wording about the wrong thing is refused.
_PURPOSES = {
    LineTrigger.DAYS_TO_DUE: {MessagePurpose.BEFORE_DUE, MessagePurpose.DUE_TODAY},
    LineTrigger.DAYS_PAST_DUE: {MessagePurpose.OVERDUE, MessagePurpose.PAYMENT_DETAILS},
    LineTrigger.DAYS_TO_PROMISE: {MessagePurpose.PROMISE_TOMORROW},
    LineTrigger.PROMISE_BROKEN: {MessagePurpose.PROMISE_BROKEN},
    LineTrigger.DAYS_TO_PLAN: {MessagePurpose.PLAN_INSTALMENT},
    LineTrigger.PLAN_BROKEN: {MessagePurpose.PLAN_BROKEN},
    LineTrigger.PAYMENT: {MessagePurpose.THANKS},
}


def problems_of(*, portfolio: Portfolio, draft: VersionDraft) -> list[str]:
    """Returns every problem of a version as a sentence; none is good."""
    found = [] if draft.lines else [_("A strategy has at least one line.")]
    codes = [line.code for line in draft.lines]
    found += [
        _("The code %(code)s stands twice.") % {"code": code}
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    known = set(portfolio.bucket_scheme.ranges.values_list("code", flat=True))
    for line in draft.lines:
        found += [*_problems_of(line, known), *_flag_problems(line)]
    return found + _unregistered(draft.lines, portfolio)


def lacking_of(version: StrategyVersion) -> list[str]:
    """Returns the lines of a version that a provider would refuse today, each as a sentence."""
    lines = version.lines.select_related("template").order_by("position")
    return _unregistered(list(lines), version.strategy.portfolio)


def _unregistered(lines: Sequence[LineDraft | StrategyLine], portfolio: Portfolio) -> list[str]:
    channels = {line.template.channel for line in lines}
    accounts = {channel: account_for(portfolio, channel) for channel in sorted(channels)}
    return [
        f"{line.code}: {problem}"
        for line in lines
        for problem in registration_lacking(
            template=line.template,
            account=accounts[line.template.channel],
            languages=(*line.languages, portfolio.language),
        )
    ]


def _problems_of(line: LineDraft, buckets: set[str]) -> list[str]:
    found = []
    if line.last_day < line.first_day or line.every_days < 1:
        found.append(_("%(code)s: the days run backwards.") % {"code": line.code})
    if line.template.purpose not in _PURPOSES[LineTrigger(line.trigger)]:
        found.append(
            _("%(code)s: the message “%(message)s” speaks of something else than %(trigger)s.")
            % {
                "code": line.code,
                "message": line.template.name,
                "trigger": LineTrigger(line.trigger).label,
            }
        )
    unknown = sorted(set(line.buckets) - buckets)
    if unknown:
        found.append(
            _("%(code)s: the portfolio has no bucket %(buckets)s.")
            % {"code": line.code, "buckets": ", ".join(unknown)}
        )
    return found


def _flag_problems(line: LineDraft) -> Iterator[str]:
    code = {"code": line.code}
    named = {*line.with_flags, *line.without_flags}
    if named - set(LineFlag.values):
        yield _("%(code)s: there is no such flag.") % code
    if set(line.with_flags) & set(line.without_flags):
        yield _("%(code)s: one flag is both looked for and left out.") % code
    if LineFlag.HOT in line.with_flags and LineFlag.STRAINED in line.without_flags:
        yield _("%(code)s: who is hot is strained too; that leaves nobody.") % code
    if named and line.trigger == LineTrigger.PAYMENT:
        yield _("%(code)s: thanks go to whoever paid; flags cannot choose among them.") % code
    if LineFlag.PROMISE_OPEN in line.with_flags and line.without_open_promise:
        yield (_("%(code)s: it looks for an open promise and leaves in peace who has one.") % code)
