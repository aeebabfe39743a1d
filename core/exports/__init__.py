"""Tables for spreadsheets: exact, safe to open, recorded."""

from core.exports.sections import Said, Section
from core.exports.services import CONTENT_TYPES, Format, export
from core.exports.writers import Column, Row, TooManyRows, write_csv, write_xlsx

__all__ = [
    "CONTENT_TYPES",
    "Column",
    "Format",
    "Row",
    "Said",
    "Section",
    "TooManyRows",
    "export",
    "write_csv",
    "write_xlsx",
]
