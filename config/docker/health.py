"""Health check of the web container: exit status 0 when the site can do its work."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

ADDRESS = "http://127.0.0.1:8000/readyz"
PATIENCE_SECONDS = 4


def main() -> int:
    request = urllib.request.Request(ADDRESS, headers={"Host": _own_name()})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError):
        return 1


def _own_name() -> str:
    """Returns a name the site answers to; it refuses requests for any other."""
    first = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    return first.lstrip(".")


if __name__ == "__main__":
    sys.exit(main())
