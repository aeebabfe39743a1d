"""Reads of promises for pages, queues and records."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from collections_app.contacts.models import Contact, ResultGroup
from collections_app.promises.models import Promise, PromiseMethod, PromiseState
from loans.contracts.models import Loan
from loans.repayments.models import Repayment


def with_answers(promises: QuerySet[Promise]) -> QuerySet[Any]:
    """Adds `is_answered`: since the promise was found not kept, somebody took another, or talked.

    A broken promise is spoken about once; after that the next step agreed on is what counts.
    """
    newer = Promise.objects.filter(
        loan=OuterRef("loan"), made_at__gt=OuterRef("judged_at")
    ).exclude(state=PromiseState.CANCELLED)
    talked = Contact.objects.filter(
        case__loan=OuterRef("loan"),
        at__gt=OuterRef("judged_at"),
        result__group=ResultGroup.RIGHT_PARTY,
    )
    return promises.annotate(is_answered=Exists(newer) | Exists(talked))


def as_facts(promises: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Returns each promise as one JSON object, `facts`, for a page that reads many loans at once.

    Amounts are text: JSON knows no decimals.
    """
    return with_answers(promises).values(
        facts=JSONObject(
            pk=Cast("pk", TextField()),
            amount=Cast("amount", TextField()),
            due_on="due_on",
            deadline_on="deadline_on",
            made_at="made_at",
            method="method",
            state="state",
            received=Cast("received_amount", TextField()),
            pending=Cast("pending_amount", TextField()),
            is_awaiting="is_awaiting",
            is_answered="is_answered",
            stays_in_rate="stays_in_rate",
            is_instalment="is_instalment",
            taken_by="taken_by",
            taken_by_id="taken_by_id",
            party=Cast("party", TextField()),
        )
    )


def method_last_used(loan: Loan) -> str:
    """Returns how money for the loan was last promised, else last paid; empty if never said."""
    promised = Promise.objects.filter(loan=loan).exclude(method="").order_by("-made_at")
    method = promised.values_list("method", flat=True).first()
    if method is None:
        paid = Repayment.objects.filter(loan=loan).exclude(method="").order_by("-value_on", "-pk")
        method = paid.values_list("method", flat=True).first()
    return method or ""


def method_name(method: str) -> str:
    """Returns a method as people read it; what a file named is shown as written."""
    return str(PromiseMethod(method).label) if method in PromiseMethod.values else method
