"""Files encrypted at rest: stored whole, read back before they are believed."""

from core.files.models import StoredFile
from core.files.services import FileMissing, FileTooLarge, erase, name_of, open_stored, store

__all__ = [
    "FileMissing",
    "FileTooLarge",
    "StoredFile",
    "erase",
    "name_of",
    "open_stored",
    "store",
]
