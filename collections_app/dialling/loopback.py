"""A telephone system that is none: it calls nobody, and tells how such a call would have gone.

For tests and the demonstration. It posts its events over HTTP, signed, to the address that a real
one would be given, so that nothing between them is passed over.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from threading import Thread
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import structlog
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_app.dialling.adapters import NotPlaced, OutgoingCall, Placed, PlaceResult
from collections_app.dialling.flow import CallEnding, EventKind
from core import clock
from notifications.channels.http import Answer, call
from notifications.receipts.signatures import timed_signature

log = structlog.get_logger(__name__)

#: Longer than this no thread is left waiting for a call that nobody makes.
MOST_SECONDS: Final = 120
_MIXED: Final = "mixed"
_MIX: Final = (CallEnding.TALKED, CallEnding.NO_ANSWER, CallEnding.TALKED, CallEnding.BUSY)
_SECONDS: Final = {"ring_seconds": 2, "talk_seconds": 8}


class Loopback:
    """Rings, is answered or not, and ends; `ending`, `ring_seconds` and `talk_seconds` say how.

    `ending` may be `mixed`: then some calls are answered and some are not.

    `url` is where this installation answers. `refuses` is a reason: then it takes no call.
    """

    code: ClassVar[str] = "loopback"
    clicks_to_call: ClassVar[bool] = True
    signs_events: ClassVar[bool] = True
    records: ClassVar[bool] = True

    def __init__(self, *, settings: Mapping[str, Any], secret: str, account: str) -> None:
        self._settings, self._secret = settings, secret
        self._address = str(settings.get("url", "")).rstrip("/") + reverse(
            "dialling:receive", args=[account]
        )

    def place(self, outgoing: OutgoingCall) -> PlaceResult:
        """Starts to tell how the call goes, or refuses as it was told to."""
        if reason := str(self._settings.get("refuses", "")):
            return NotPlaced(reason)
        Thread(target=self._tell, args=(outgoing.reference,), daemon=True).start()
        return Placed(f"loopback-{outgoing.reference}")

    def events_of(self, reference: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Returns the events of one call, each with the seconds to wait before it."""
        ending = self._ending_of(reference)
        ringing, talking = (self._seconds(name) for name in _SECONDS)
        yield 0, self._event(reference, EventKind.RINGING)
        ended: dict[str, Any] = {"ending": ending}
        if ending == CallEnding.TALKED:
            yield ringing, self._event(reference, EventKind.ANSWERED)
            ended |= {"seconds": talking}
            yield talking, self._event(reference, EventKind.ENDED, **ended)
            recording = {"recording": f"loopback-{reference}.wav"}
            yield 0, self._event(reference, EventKind.RECORDING, **recording)
        else:
            yield ringing, self._event(reference, EventKind.ENDED, **ended)

    def _ending_of(self, reference: str) -> str:
        """As it is told to; mixed, by the call's own number, so that each keeps its ending."""
        ending = str(self._settings.get("ending", CallEnding.TALKED))
        return _MIX[int(reference[-1], 16) % len(_MIX)] if ending == _MIXED else ending

    def _tell(self, reference: str) -> None:
        for seconds, event in self.events_of(reference):
            time.sleep(seconds)
            self._post({**event, "at": clock.now().isoformat()})

    def _post(self, event: dict[str, Any]) -> None:
        body = json.dumps({"events": [event]}).encode()
        stamp = str(int(clock.now().timestamp()))
        answer = call(
            method="POST",
            url=self._address,
            headers={
                "Content-Type": "application/json",
                "X-Makegood-Timestamp": stamp,
                "X-Makegood-Signature": timed_signature(
                    timestamp=stamp, body=body, secret=self._secret
                ),
            },
            body=body,
        )
        if not isinstance(answer, Answer) or answer.status != 200:
            log.warning("loopback_not_heard", kind=event["kind"], answer=type(answer).__name__)

    def _event(self, reference: str, kind: str, **more: Any) -> dict[str, Any]:
        return {
            "id": f"{reference}-{kind}",
            "call": reference,
            "kind": str(kind),
            **more,
        }

    def _seconds(self, name: str) -> int:
        return min(MOST_SECONDS, max(0, int(self._settings.get(name, _SECONDS[name]))))

    @staticmethod
    def problems_of(settings: Mapping[str, Any]) -> list[str]:
        """Returns every problem of what an account of it states, as a sentence."""
        problems = []
        if urlsplit(str(settings.get("url", ""))).scheme not in ("http", "https"):
            problems.append(_("url: give the address at which this installation answers."))
        known = [*CallEnding.values, _MIXED]
        if str(settings.get("ending", CallEnding.TALKED)) not in known:
            problems.append(_("ending: use one of %(known)s.") % {"known": ", ".join(known)})
        for name in _SECONDS:
            try:
                int(settings.get(name, 0))
            except (TypeError, ValueError):
                problems.append(_("%(name)s: give a number of seconds.") % {"name": name})
        return problems
