"""Writing a list of messages to a file; each file leaves a line in the trail."""

from __future__ import annotations

from typing import IO, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.audit import Actor
from core.exports import Column, Format, export
from notifications.oversight.message_filter import MessageFilters
from notifications.oversight.message_table import message_columns
from notifications.oversight.queries import messages_of

#: Rows of one file. Who needs more narrows the list, or asks for the database.
MOST_ROWS: Final = 100_000
_AT_ONCE: Final = 1_000


def export_messages(
    *, filters: MessageFilters, out: IO[bytes], file_format: Format, user: User
) -> int:
    """Writes the messages of a list that the user may see; returns how many.

    Raises ValidationError, and writes nothing, for more than `MOST_ROWS`.
    """
    rows = messages_of(user=user, filters=filters)
    found = rows.count()
    if found > MOST_ROWS:
        raise ValidationError(
            _("These are %(found)s rows; a file holds %(most)s. Choose a day first.")
            % {"found": f"{found:,}", "most": f"{MOST_ROWS:,}"}
        )
    columns = message_columns()
    shown = rows.select_related("party", "portfolio").prefetch_related("about__loan")
    ordered = shown.order_by("-send_at", "-pk").iterator(chunk_size=_AT_ONCE)
    return export(
        rows=([column.cell(row).value for column in columns] for row in ordered),
        columns=[Column(column.heading, column.kind) for column in columns],
        out=out,
        file_format=file_format,
        what="notifications.messages",
        by=Actor.of(user),
        portfolio_id=filters.portfolio,
        filters=filters.codes(),
        zone=clock.zone_of(user.time_zone),
    )
