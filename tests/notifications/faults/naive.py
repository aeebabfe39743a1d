"""Two ways to send that are often seen, under the same harness: it has to see what they do.

`plain` is a Celery task for each message. `blind` keeps rows in the database, but sends again
whatever did not come back with a yes.
"""

from __future__ import annotations

import json
import time
from http.client import HTTPException
from urllib.request import Request, urlopen

from celery import shared_task
from django.db import connection

MAKE = (
    "CREATE TABLE naive_message (reference text PRIMARY KEY, number text NOT NULL,"
    " state text NOT NULL DEFAULT 'waiting', taken_at timestamptz)"
)
DROP = "DROP TABLE IF EXISTS naive_message"
#: What the checks before a call take.
CHECKS_SECONDS = 0.02


@shared_task(acks_late=False)
def send_plainly(reference: str, number: str, url: str) -> None:
    time.sleep(CHECKS_SECONDS)
    _call(reference, number, url)


@shared_task
def send_blindly(url: str) -> None:
    """Claims without a fence; a row that was claimed three seconds ago is taken for abandoned."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "UPDATE naive_message SET state = 'sending', taken_at = now() WHERE reference IN ("
                " SELECT reference FROM naive_message WHERE state = 'waiting' OR"
                " (state = 'sending' AND taken_at < now() - interval '3 seconds')"
                " ORDER BY reference LIMIT 5 FOR UPDATE SKIP LOCKED) RETURNING reference, number"
            )
            rows = cursor.fetchall()
            if not rows:
                return
            for reference, number in rows:
                time.sleep(CHECKS_SECONDS)
                state = "accepted" if _call(reference, number, url) else "waiting"
                cursor.execute(
                    "UPDATE naive_message SET state = %s WHERE reference = %s", [state, reference]
                )


def _call(reference: str, number: str, url: str) -> bool:
    body = json.dumps({"reference": reference, "to": number, "text": "You owe us."}).encode()
    try:
        with urlopen(Request(f"{url}/messages", body), timeout=2) as answer:  # noqa: S310 - ours
            return bool(json.load(answer).get("id"))
    except (OSError, ValueError, HTTPException):
        return False
