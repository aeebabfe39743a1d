"""The one row a case page begins with: the case and what is read along with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.access.scope import asker, asker_of
from accounts.models import User
from collections_app.callbacks.queries import first_callback_facts
from collections_app.cases.models import Case
from collections_app.contacts.drafts import draft_facts
from collections_app.dialling.queries import clicks_to_call
from collections_app.dialling.registry import clicking
from collections_app.legal.panel import legal_facts
from collections_app.plans.queries import latest_plan_facts
from collections_app.promises.asking import waiting_on_case
from collections_app.promises.models import PromiseLimit
from collections_app.protection.queries import STANDS_FOR, pauses_since
from collections_app.relationship.panel import relationship_facts
from collections_app.visits.queries import visits_of_outer_case
from core import clock
from core.statements.kept import KeptStatement
from loans.borrowers.models import Address
from loans.contracts.queries import instruction_facts
from loans.portfolios.models import BucketRange

#: What a page shows of an address, read with the case; the sealed text is read to be revealed.
_SHOWN_OF_ADDRESS: Final = ("id", "kind", "masked", "country", "region", "city", "time_zones")


def addresses_of(case: Any) -> list[Address]:
    """Returns the borrower's current addresses as `case_for` read them: to show, not to save."""
    return [
        Address(**{**facts, "id": UUID(facts["id"])}, party=case.borrower) for facts in case.places
    ]


def case_for(user: User, pk: UUID) -> Case:
    """Returns the case with what the page needs of it.

    Raises Case.DoesNotExist out of scope, and where the loan left the books with its import: there
    is no position to show then, and its history stands in the administration.
    """
    found = _CASE.rows(
        pk=pk,
        spared_since=clock.now() - STANDS_FOR,
        clicking=frozenset(clicking()),
        **asker_of(user),
    )
    if not found:
        raise Case.DoesNotExist
    return found[0]


def _case(
    pk: UUID, spared_since: datetime, clicking: frozenset[str], **who: Any
) -> QuerySet[Case, Case]:
    user = asker(**who)
    ranges = BucketRange.objects.filter(scheme=OuterRef("portfolio__bucket_scheme"))
    addresses = Address.objects.filter(party=OuterRef("borrower"), is_current=True)
    return (
        Case.objects.visible_to(user)
        .with_last_contact()
        .annotate(
            draft=draft_facts(user),
            is_promise_asked=Exists(waiting_on_case(OuterRef("pk"))),
            may_have_pause=Exists(pauses_since(spared_since, agent=user)),
            promise_limit=ArraySubquery(
                PromiseLimit.objects.filter(role=user.role).values(
                    facts=JSONObject(
                        max_days_out="max_days_out", min_share="min_share", max_parts="max_parts"
                    )
                )
            ),
            legal=legal_facts(),
            callback=Subquery(first_callback_facts()),
            visits_to_make=ArraySubquery(visits_of_outer_case()),
            relationship=Subquery(relationship_facts()),
            plan=latest_plan_facts(),
            ways_to_pay=ArraySubquery(
                instruction_facts(portfolio=OuterRef("portfolio"), loan=OuterRef("loan"))
            ),
            is_dialled_for=clicks_to_call(OuterRef("portfolio"), clicking),
            scheme=ArraySubquery(
                ranges.order_by("from_days").values(
                    facts=JSONObject(
                        code="code", severity="severity", first="from_days", last="to_days"
                    )
                )
            ),
            places=ArraySubquery(
                addresses.order_by("pk").values(
                    facts=JSONObject(**{name: name for name in _SHOWN_OF_ADDRESS})
                )
            ),
        )
        .select_related(
            "loan__position", "loan__product", "portfolio", "borrower__data_key", "assignee"
        )
        .filter(pk=pk, loan__withdrawn_at__isnull=True)
    )


_CASE: Final = KeptStatement(_case)
