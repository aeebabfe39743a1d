"""Writing the rows behind a number to a file; each file leaves a line in the trail."""

from __future__ import annotations

from typing import IO, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.audit import Actor
from core.exports import Format, export
from reporting.dashboards.measures import Measure, Table
from reporting.dashboards.queries import rows_of
from reporting.dashboards.report_filter import ReportFilter
from reporting.dashboards.rows import export_columns, export_rows

#: Rows of one file. Who needs more narrows the report, or asks for the database.
MOST_ROWS: Final = 100_000
_FETCHED_AT_ONCE: Final = 2_000


def export_measure(
    *,
    measure: Measure,
    chosen: ReportFilter,
    out: IO[bytes],
    file_format: Format,
    user: User,
) -> int:
    """Writes the rows behind a measure that the user may see; returns how many.

    Raises ValidationError, and writes nothing, for more than `MOST_ROWS`.
    """
    rows = rows_of(user=user, measure=measure, chosen=chosen)
    found = rows.count()
    if found > MOST_ROWS:
        raise ValidationError(
            _("These are %(found)s rows; a file holds %(most)s. Narrow the report first.")
            % {"found": f"{found:,}", "most": f"{MOST_ROWS:,}"}
        )
    order = ("-on", "-pk") if measure.table == Table.EVENT else ("-overdue_amount", "-pk")
    lines = rows.order_by(*order).iterator(chunk_size=_FETCHED_AT_ONCE)
    return export(
        rows=export_rows(lines=lines, measure=measure, chosen=chosen),
        columns=export_columns(measure),
        out=out,
        file_format=file_format,
        what=f"report.{measure.code}",
        by=Actor.of(user),
        portfolio_id=chosen.portfolio,
        filters=chosen.codes(),
        zone=clock.zone_of(user.time_zone),
    )
