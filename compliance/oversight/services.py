"""Writing the rows behind a number to a file; each file leaves a line in the trail."""

from __future__ import annotations

from typing import IO, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from compliance.oversight.measures import Measure
from compliance.oversight.queries import rows_of
from compliance.oversight.tables import columns_of, for_a_file
from compliance.oversight.week_filter import WeekFilter
from core import clock
from core.audit import Actor
from core.exports import Column, Format, export

#: Rows of one file. Who needs more narrows the week, or asks for the database.
MOST_ROWS: Final = 100_000


def export_rows(
    *, measure: Measure, chosen: WeekFilter, out: IO[bytes], file_format: Format, user: User
) -> int:
    """Writes the rows behind a number that the user may see; returns how many.

    Raises ValidationError, and writes nothing, for more than `MOST_ROWS`.
    """
    rows = rows_of(user=user, measure=measure, chosen=chosen)
    found = rows.count()
    if found > MOST_ROWS:
        raise ValidationError(
            _("These are %(found)s rows; a file holds %(most)s. Choose a portfolio first.")
            % {"found": f"{found:,}", "most": f"{MOST_ROWS:,}"}
        )
    columns = columns_of(measure.kind)
    ordered = rows.order_by(f"-{measure.at}", "-pk")
    return export(
        rows=(
            [column.cell(row).value for column in columns]
            for row in for_a_file(measure.kind, ordered)
        ),
        columns=[Column(column.heading, column.kind) for column in columns],
        out=out,
        file_format=file_format,
        what=f"compliance.{measure.code}",
        by=Actor.of(user),
        portfolio_id=chosen.portfolio,
        filters=chosen.codes(),
        zone=clock.zone_of(user.time_zone),
    )
