"""Setting what each role may agree to, by kind of plan."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from collections_app.plans.models import PlanPolicy
from core.audit.actors import Actor
from core.audit.services import record

_FIELDS = (
    *("role", "kind", "is_offered", "most_months"),
    *("most_parts", "least_share", "most_in_year"),
)


@transaction.atomic
def save_policy(
    *,
    role: str,
    kind: str,
    is_offered: bool,
    most_months: int,
    most_parts: int,
    least_share: Decimal,
    most_in_year: int,
    by: Actor,
    policy: PlanPolicy | None = None,
) -> PlanPolicy:
    """Sets what a role may agree to, or changes `policy`; holds for plans from now on.

    Raises ValidationError for values that cannot be, and where role and kind have a policy.
    """
    row = policy or PlanPolicy()
    before = _plain(row) if policy is not None else {}
    row.role, row.kind, row.is_offered = role, kind, is_offered
    row.most_months, row.most_parts = most_months, most_parts
    row.least_share, row.most_in_year = least_share, most_in_year
    row.full_clean()
    row.save()
    _record(row, "plan_policy.saved", by, before=before, after=_plain(row))
    return row


@transaction.atomic
def remove_policy(*, policy: PlanPolicy, by: Actor) -> None:
    """Takes a policy away; the role then has the standard one."""
    _record(policy, "plan_policy.removed", by, before=_plain(policy))
    policy.delete()


def _plain(row: PlanPolicy) -> dict[str, object]:
    return {name: _json(getattr(row, name)) for name in _FIELDS}


def _json(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


def _record(row: PlanPolicy, action: str, by: Actor, **data: object) -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.PlanPolicy",
        object_id=row.pk,
        data=data,
    )
