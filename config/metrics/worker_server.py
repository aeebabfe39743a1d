"""The address at which a worker, which serves no pages, shows what its processes counted."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from config.metrics.access import may_read
from config.metrics.output import CONTENT_TYPE, counted_by_processes


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: being asked every few seconds is no news."""


def serve(*, address: str, token: str) -> None:
    """Serves the metrics at "host:port" in a thread that ends with the process.

    Raises OSError where the address is taken, ValueError where it is none.
    """
    host, _, port = address.rpartition(":")
    server = make_server(host, int(port), application(token), handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


def application(token: str) -> Any:
    """Returns the WSGI application: every path shows the metrics to who may read them."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not may_read(environ, token=token):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"The metrics are read with a token (METRICS_TOKEN).\n"]
        start_response("200 OK", [("Content-Type", CONTENT_TYPE)])
        return [counted_by_processes()]

    return answer
