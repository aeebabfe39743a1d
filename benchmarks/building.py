"""How long the book takes to build, and that it is what its facts give."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.stage import Stage
from loans.contracts.models import Loan
from loans.delinquency.verification import verify_loans

#: Loans replayed from their facts and compared with what the builder wrote.
SAMPLE = 500
#: Seconds in which a million loans by 36 instalments are to be built.
MOST_SECONDS = 600.0
_FULL_SIZE = 1_000_000


class NotWhatFactsGive(AssertionError):
    """The builder wrote derived rows that replay would not have written."""


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields the seconds each size took to build, after its sample was verified."""
    for loans in stage.sizes:
        with stage.book(loans):
            check_sample()
        yield Figure(
            name=f"build, {loans:,} loans by 36",
            measured=stage.build_seconds(loans),
            unit="s",
            most=MOST_SECONDS if loans >= _FULL_SIZE else None,
            limited_by="two cores: writing rows and building indexes",
            details={"bytes": stage.size_of_book(loans), "loans_verified": SAMPLE},
        )


def check_sample() -> None:
    """Replays a sample of the loans. Raises NotWhatFactsGive for any difference."""
    step = max(1, Loan.objects.count() // SAMPLE)
    loan_ids = Loan.objects.order_by("pk").values_list("pk", flat=True)
    found = verify_loans(list(loan_ids[::step]))
    if found:
        raise NotWhatFactsGive("; ".join(map(str, found[:5])))
