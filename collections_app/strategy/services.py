"""Writing strategies: a draft, a second person's yes, one active version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.approvals import services as approvals
from collections_app.strategy.checks import problems_of
from collections_app.strategy.flow import StrategyStatus
from collections_app.strategy.models import Strategy, StrategyLine, StrategyVersion
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.portfolios.models import Portfolio, Product
from notifications.templates.models import MessageTemplate

APPROVAL_KIND = "strategy.activate"
DECIDE_RIGHT = "strategy.approve"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line as somebody writes it; see `StrategyLine`."""

    code: str
    name: str
    trigger: str
    first_day: int
    last_day: int
    template: MessageTemplate
    send_at: time
    every_days: int = 1
    useful_hours: int = 10
    buckets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    products: Sequence[Product] = ()
    with_flags: tuple[str, ...] = ()
    without_flags: tuple[str, ...] = ()
    least_amount: Decimal | None = None
    without_open_promise: bool = True


@dataclass(frozen=True, slots=True)
class VersionDraft:
    """One edition as somebody writes it."""

    effective_from: date
    lines: Sequence[LineDraft] = field(default_factory=tuple)
    days_between: int = 1
    #: The same where the relationship is strained or hot; None makes no difference.
    heated_days_between: int | None = None


@transaction.atomic
def write_strategy(*, portfolio: Portfolio, draft: VersionDraft, by: Actor) -> StrategyVersion:
    """Keeps a draft as the next version of the portfolio's strategy.

    Raises ValidationError with every problem: no line, a code twice, days that run backwards, a
    wording about something else than what the line counts from, an unknown bucket, flags that
    leave nobody.
    """
    problems = problems_of(portfolio=portfolio, draft=draft)
    if problems:
        raise ValidationError(problems)
    strategy, _created = Strategy.objects.select_for_update().get_or_create(
        portfolio=portfolio, defaults={"name": portfolio.name}
    )
    newest = strategy.versions.aggregate(most=Max("version"))["most"] or 0
    version = StrategyVersion.objects.create(
        strategy=strategy,
        version=newest + 1,
        effective_from=draft.effective_from,
        days_between=draft.days_between,
        heated_days_between=draft.heated_days_between,
        written_by=by.label,
        written_at=clock.now(),
    )
    for position, line in enumerate(draft.lines, start=1):
        _add(version, position, line)
    _tell(version, "strategy.written", by)
    return version


@transaction.atomic
def propose_strategy(*, version: StrategyVersion, by: Actor) -> StrategyVersion:
    """Asks a second person to activate a draft. Raises ValidationError when it is none."""
    locked = _locked(version)
    if locked.status != StrategyStatus.DRAFT:
        raise ValidationError(_("Only a draft can be proposed."))
    locked.approval = approvals.request_approval(
        kind=APPROVAL_KIND,
        brief={
            "portfolio": locked.strategy.portfolio.code,
            "version": locked.version,
            "effective_from": locked.effective_from.isoformat(),
            "lines": [line.code for line in locked.lines.all()],
        },
        subject_type="collections_app.StrategyVersion",
        subject_id=locked.pk,
        portfolio_id=locked.strategy.portfolio_id,
        by=by,
        decide_right=DECIDE_RIGHT,
    )
    locked.status = StrategyStatus.PROPOSED
    locked.save(update_fields=["approval", "status"])
    return locked


@transaction.atomic
def decide_strategy(
    *, version: StrategyVersion, activate: bool, reason: str, by: Actor
) -> StrategyVersion:
    """Activates a proposed version, which retires the one before it, or sends it back as a draft.

    Raises PermissionDenied for who proposed it or has not the right, ValidationError when it does
    not wait for a decision or a refusal has no reason.
    """
    locked = _locked(version)
    if locked.status != StrategyStatus.PROPOSED or locked.approval is None:
        raise ValidationError(_("This strategy does not wait for a decision."))
    approvals.decide(approval=locked.approval, by=by, approve=activate, reason=reason)
    if not activate:
        locked.status, locked.approval = StrategyStatus.DRAFT, None
        locked.save(update_fields=["status", "approval"])
        return locked
    for before in locked.strategy.versions.filter(status=StrategyStatus.ACTIVE):
        before.status = StrategyStatus.RETIRED
        before.save(update_fields=["status"])
    locked.status = StrategyStatus.ACTIVE
    locked.activated_at, locked.activated_by = clock.now(), by.label
    locked.save(update_fields=["status", "activated_at", "activated_by"])
    _tell(locked, "strategy.activated", by, reason)
    return locked


def _add(version: StrategyVersion, position: int, line: LineDraft) -> None:
    added = StrategyLine.objects.create(
        version=version,
        position=position,
        code=line.code,
        name=line.name,
        trigger=line.trigger,
        first_day=line.first_day,
        last_day=line.last_day,
        every_days=line.every_days,
        buckets=list(line.buckets),
        languages=list(line.languages),
        with_flags=list(line.with_flags),
        without_flags=list(line.without_flags),
        least_amount=line.least_amount,
        without_open_promise=line.without_open_promise,
        template=line.template,
        send_at=line.send_at,
        useful_hours=line.useful_hours,
    )
    added.products.set(line.products)


def _locked(version: StrategyVersion) -> StrategyVersion:
    return (
        StrategyVersion.objects.select_for_update(of=("self",))
        .select_related("strategy__portfolio", "approval")
        .get(pk=version.pk)
    )


def _tell(version: StrategyVersion, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.StrategyVersion",
        object_id=version.pk,
        portfolio_id=version.strategy.portfolio_id,
        reason=reason,
        data={"version": version.version},
    )
