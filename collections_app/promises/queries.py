"""Reads of promises for pages, queues and records."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from collections_app.contacts.models import Contact, ResultGroup
from collections_app.promises.models import Promise, PromiseState


def with_answers(promises: QuerySet[Promise]) -> QuerySet[Promise]:
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


def as_facts(promises: QuerySet[Promise]) -> QuerySet[Promise, dict[str, object]]:
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
            taken_by="taken_by",
            party=Cast("party", TextField()),
        )
    )
