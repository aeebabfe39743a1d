"""Reading files: from bytes on disk to rows of text, with the row numbers a person sees."""

from loans.imports.readers.limits import Limits, current_limits
from loans.imports.readers.table import Row, Table, open_table

__all__ = ["Limits", "Row", "Table", "current_limits", "open_table"]
