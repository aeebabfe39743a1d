"""The documents of rule packs that come with the product."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "data"


@cache
def standard_documents() -> dict[str, dict[str, Any]]:
    """Returns the documents by the code of their pack, each with the newest version it has."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.json")))
    return {document["code"]: document for document in map(json.loads, texts)}
