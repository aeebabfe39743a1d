"""Bucket schemes as data: the ranges that the trade uses, and what makes a list of ranges sound."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from loans.portfolios.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSpec:
    """One range of days, both ends included; `to_days` None is open-ended. Severity is 0 to 5."""

    code: str
    name: str
    severity: int
    from_days: int
    to_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardScheme:
    """A scheme that many lenders share."""

    code: str
    name: str
    ranges: tuple[BucketSpec, ...]


def check_ranges(ranges: Sequence[BucketSpec]) -> None:
    """Raises Refused unless the ranges start at 0 and follow each other without gap or overlap."""
    if not ranges:
        raise Refused("scheme_empty", "A bucket scheme needs at least one range of days.")
    ordered = sorted(ranges, key=lambda spec: spec.from_days)
    if ordered[0].from_days != 0:
        raise Refused(
            "scheme_start",
            f"The first bucket, {ordered[0].code}, starts at {ordered[0].from_days} days; "
            "let it start at 0, for loans that owe nothing late.",
        )
    codes = [spec.code for spec in ordered]
    if len(set(codes)) != len(codes):
        raise Refused("scheme_codes", "Two buckets have the same code; give each its own.")
    for earlier, later in itertools.pairwise(ordered):
        _check_neighbours(earlier, later)
    if ordered[-1].to_days is not None:
        raise Refused(
            "scheme_end",
            f"The last bucket, {ordered[-1].code}, ends at {ordered[-1].to_days} days; "
            "leave its end empty, so that every late loan has a bucket.",
        )


def _check_neighbours(earlier: BucketSpec, later: BucketSpec) -> None:
    if earlier.to_days is None or earlier.to_days >= later.from_days:
        raise Refused(
            "scheme_overlap",
            f"Buckets {earlier.code} and {later.code} overlap: {earlier.code} ends at "
            f"{'no day' if earlier.to_days is None else earlier.to_days} and {later.code} starts "
            f"at {later.from_days}; end {earlier.code} at {later.from_days - 1}.",
        )
    if earlier.to_days + 1 != later.from_days:
        raise Refused(
            "scheme_gap",
            f"Days {earlier.to_days + 1} to {later.from_days - 1} belong to no bucket; end "
            f"{earlier.code} at {later.from_days - 1} or start {later.code} at "
            f"{earlier.to_days + 1}.",
        )


def _spec(code: str, name: str, severity: int, from_days: int, to_days: int | None) -> BucketSpec:
    return BucketSpec(code=code, name=name, severity=severity, from_days=from_days, to_days=to_days)


#: M0 to M7+, as Chinese lenders report: a bucket for each 30 days.
CHINA_M = StandardScheme(
    code="cn-m",
    name="M0 to M7+",
    ranges=(
        _spec("M0", "M0", 0, 0, 0),
        _spec("M1", "M1", 1, 1, 30),
        _spec("M2", "M2", 2, 31, 60),
        _spec("M3", "M3", 3, 61, 90),
        _spec("M4", "M4", 4, 91, 120),
        _spec("M5", "M5", 4, 121, 150),
        _spec("M6", "M6", 5, 151, 180),
        _spec("M7", "M7+", 5, 181, None),
    ),
)

#: The same with the first month split, where early work is done by other people.
CHINA_FINE = StandardScheme(
    code="cn-fine",
    name="S1, S2, M2 to M4+",
    ranges=(
        _spec("C", "Current", 0, 0, 0),
        _spec("S1", "S1", 1, 1, 10),
        _spec("S2", "S2", 1, 11, 30),
        _spec("M2", "M2", 2, 31, 60),
        _spec("M3", "M3", 3, 61, 90),
        _spec("M4", "M4+", 4, 91, None),
    ),
)

#: US servicers: bucket 1 is 1 to 29 days, bucket 2 is 30 to 59.
US_30 = StandardScheme(
    code="us-30",
    name="Current, 1-29, 30-59 … 120+",
    ranges=(
        _spec("current", "Current", 0, 0, 0),
        _spec("1-29", "1-29 days", 1, 1, 29),
        _spec("30-59", "30-59 days", 2, 30, 59),
        _spec("60-89", "60-89 days", 3, 60, 89),
        _spec("90-119", "90-119 days", 4, 90, 119),
        _spec("120+", "120 days and more", 5, 120, None),
    ),
)

#: US regulatory reporting: anything below 30 days counts as current.
OCC = StandardScheme(
    code="occ",
    name="Current, 30-59, 60-89, 90-119, 120+",
    ranges=(
        _spec("current", "Current", 0, 0, 29),
        _spec("30-59", "30-59 days", 2, 30, 59),
        _spec("60-89", "60-89 days", 3, 60, 89),
        _spec("90-119", "90-119 days", 4, 90, 119),
        _spec("120+", "120 days and more", 5, 120, None),
    ),
)

STANDARD_SCHEMES = (CHINA_M, CHINA_FINE, US_30, OCC)
