"""Buckets as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from loans.portfolios.models import BucketRange


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of a scheme as its chip needs it."""

    code: str
    severity: int
    from_days: int
    to_days: int | None


def buckets_by_scheme() -> dict[tuple[int, str], Bucket]:
    """Every bucket by (scheme, code). One query."""
    return {
        (row.scheme_id, row.code): Bucket(row.code, row.severity, row.from_days, row.to_days)
        for row in BucketRange.objects.all()
    }
