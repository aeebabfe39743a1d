"""Buckets as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, JSONField, Subquery
from django.db.models.functions import JSONObject

from loans.portfolios.models import BucketRange


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of a scheme as its chip needs it."""

    code: str
    severity: int
    from_days: int
    to_days: int | None

    @classmethod
    def of(cls, code: str, facts: dict[str, Any] | None) -> Bucket:
        """The bucket of a row that `bucket_facts` was read with; without a range, a bare code."""
        if facts is None:
            return cls(code, 0, 0, None)
        return cls(code, facts["severity"], facts["first"], facts["last"])


def buckets_by_scheme() -> dict[tuple[int, str], Bucket]:
    """Every bucket by (scheme, code). One query."""
    return {
        (row.scheme_id, row.code): Bucket(row.code, row.severity, row.from_days, row.to_days)
        for row in BucketRange.objects.all()
    }


def bucket_facts(*, scheme: F, code: F) -> Subquery:
    """Reads the range of a row's bucket with the row: no query of its own.

    Arguments: the row's paths to the scheme and to the code, as OuterRef.
    """
    ranges = BucketRange.objects.filter(scheme=scheme, code=code)
    facts = JSONObject(severity="severity", first="from_days", last="to_days")
    return Subquery(ranges.values(facts=facts)[:1], output_field=JSONField())
