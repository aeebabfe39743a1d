"""A message provider that misbehaves on purpose: a real HTTP server, in a process of its own.

Speaks like the plain gateway, like Twilio, like Alibaba Cloud and like Postmark. What it takes
goes into a file, one line each, before it answers; the file is the truth that the outbox is
compared with. Faults are drawn from a seed by the message's reference and how often it was
tried, so a run can be repeated. `python -m tests.notifications.faulty_provider LOG SEED` prints
its port.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

#: After these nobody on our side can tell whether the message was taken.
AMBIGUOUS = ("reset_after", "error_after", "hang_after", "garbage_after")
#: These are certain: it was not taken.
CERTAIN = ("busy", "refused_now")


class Provider(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, log: Path, seed: str, faults: Mapping[str, float], dedupe: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.log = log
        self.seed = seed
        self.faults = dict(faults)
        self.dedupe = dedupe
        self.hang_seconds = 12.0
        self.lock = threading.Lock()
        self.tries: Counter[str] = Counter()
        self.injected: Counter[str] = Counter()
        self.by_reference: dict[str, dict[str, Any]] = {}
        self.by_recipient: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.file = log.open("a", encoding="utf-8")

    def fault_for(self, key: str) -> str:
        with self.lock:
            self.tries[key] += 1
            place = self.tries[key]
        digest = hashlib.sha256(f"{self.seed}|{key}|{place}".encode()).digest()
        drawn = int.from_bytes(digest[:6], "big") / 2**48
        for name, share in self.faults.items():
            if drawn < share:
                with self.lock:
                    self.injected[name] += 1
                return name
            drawn -= share
        return ""

    def take(self, reference: str, to: str, text: str) -> dict[str, Any]:
        """Takes a message for good; with deduplication a reference is taken once."""
        with self.lock:
            known = self.by_reference.get(reference) if reference else None
            if known is not None and self.dedupe:
                return known
            row = {
                "id": f"P{len(self.by_recipient):06d}-{os.urandom(6).hex()}",
                "reference": reference,
                "to": to,
                "text": text,
                "at": datetime.now(UTC).isoformat(),
            }
            self.file.write(json.dumps(row, ensure_ascii=False) + "\n")
            self.file.flush()
            self.by_reference.setdefault(reference, row)
            self.by_recipient[to].append(row)
        return row


class Handler(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        return

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/_faults":
            told = json.loads(body)
            self.server.faults = told.get("faults", self.server.faults)
            self.server.dedupe = told.get("dedupe", self.server.dedupe)
            self.server.hang_seconds = told.get("hang_seconds", self.server.hang_seconds)
            return self._answer(200, {})
        if self.path.startswith("/messages"):
            told = json.loads(body)
            return self._take(told["reference"], told["to"], told["text"], _gateway_answer)
        if "/Messages.json" in self.path:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            reference = self.headers.get("Idempotency-Key", "")
            return self._take(reference, form["To"], form["Body"], _twilio_answer)
        if self.path == "/email":
            told = json.loads(body)
            return self._take(
                told["Metadata"]["reference"], told["To"], told["TextBody"], _postmark_answer
            )
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if form.get("Action") == "SendSms":
            return self._take(
                form["OutId"], form["PhoneNumbers"], form["TemplateParam"], _aliyun_answer
            )
        if form.get("Action") == "QuerySendDetails":
            rows = self.server.by_recipient.get(form["PhoneNumber"], [])
            listed = [{"OutId": row["reference"], "BizId": row["id"]} for row in rows]
            return self._answer(
                200, {"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": listed}}
            )
        return self._answer(404, {"error": "unknown"})

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/_told":
            with self.server.lock:
                return self._answer(
                    200,
                    {
                        "injected": dict(self.server.injected),
                        "tries": sum(self.server.tries.values()),
                    },
                )
        if url.path.endswith("/Messages.json"):
            rows = self.server.by_recipient.get(query.get("To", ""), [])
            listed = [_twilio_row(row) for row in rows]
            return self._answer(200, {"messages": listed})
        if url.path == "/messages":
            rows = self.server.by_recipient.get(query.get("to", ""), [])
            return self._answer(200, {"messages": rows})
        row = self.server.by_reference.get(url.path.rsplit("/", 1)[-1])
        return self._answer(200, row) if row else self._answer(404, {"error": "unknown"})

    def _take(self, reference: str, to: str, text: str, shape: Any) -> None:
        fault = self.server.fault_for(reference or f"{to}|{text}")
        if fault == "busy":
            return self._answer(429, {"error": "busy", "Code": "Throttling"}, {"Retry-After": "1"})
        if fault == "refused_now":
            return self._answer(422 if self.path == "/email" else 400, _bad_number(to))
        row = self.server.take(reference, to, text)
        if fault == "reset_after":
            return self._reset()
        if fault == "error_after":
            return self._answer(500, {"error": "internal"})
        if fault == "hang_after":
            time.sleep(self.server.hang_seconds)
            return self._reset()
        if fault == "garbage_after":
            return self._raw(200, b"<html>it works</html>")
        return self._answer(200 if "/messages" in self.path else 201, shape(row))

    def _reset(self) -> None:
        """Breaks the connection with a RST, as a crashing host does."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def _answer(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        self._raw(status, json.dumps(body, ensure_ascii=False).encode(), headers)

    def _raw(self, status: int, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True


def _gateway_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": row["id"]}


def _twilio_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"sid": row["id"], "num_segments": "1", "status": "queued", "price": None}


def _twilio_row(row: Mapping[str, Any]) -> dict[str, Any]:
    at = format_datetime(datetime.fromisoformat(row["at"]))
    return {
        "sid": row["id"],
        "to": row["to"],
        "body": row["text"],
        "status": "sent",
        "date_created": at,
    }


def _aliyun_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"Code": "OK", "Message": "OK", "BizId": row["id"], "RequestId": row["id"]}


def _postmark_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"To": row["to"], "MessageID": row["id"], "ErrorCode": 0, "Message": "OK"}


def _bad_number(to: str) -> dict[str, Any]:
    """Says in every provider's words that the recipient can never be reached."""
    return {
        "code": 21211,
        "Code": "isv.MOBILE_NUMBER_ILLEGAL",
        "error": "bad number",
        "bad_address": True,
        "ErrorCode": 300,
        "Message": f"Invalid 'To' address: '{to}'.",
    }


@contextmanager
def running_provider(
    log: Path, *, seed: str, faults: Mapping[str, float] | None = None, dedupe: bool = False
) -> Iterator[str]:
    """Runs a provider in a process of its own for the block; gives its address."""
    command = [
        *(sys.executable, "-m", "tests.notifications.faulty_provider"),
        *(str(log), seed, json.dumps(dict(faults or {})), json.dumps(dedupe)),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def taken(log: Path) -> list[dict[str, Any]]:
    """Returns what the provider took, in order."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line]


if __name__ == "__main__":
    provider = Provider(
        Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4])
    )
    sys.stdout.write(f"{provider.server_address[1]}\n")
    sys.stdout.flush()
    provider.serve_forever()
