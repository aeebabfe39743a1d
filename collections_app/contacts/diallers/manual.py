"""The built-in dialler: the agent dials by hand, so starting a call shows the number."""

from __future__ import annotations

from collections.abc import Sequence

from collections_app.contacts.diallers.protocol import CallNews, CallOrder, DiallerFailed


class ManualDialler:
    """Places nothing and is told nothing: the telephone stands beside the screen."""

    reveals_number = True

    def call(self, order: CallOrder) -> str:
        return ""

    def hang_up(self, reference: str) -> None:
        raise DiallerFailed("The agent hangs up by hand.")

    def read_events(self, body: bytes) -> Sequence[CallNews]:
        raise ValueError("A telephone on a desk tells nothing.")
