"""No telephone system: the number is shown, the agent dials and says how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from collections_app.dialling.adapters import OutgoingCall, Placed, PlaceResult


class Manual:
    """The one without an account; an account of it gives a portfolio back to dialling by hand."""

    code: ClassVar[str] = "manual"
    clicks_to_call: ClassVar[bool] = False
    signs_events: ClassVar[bool] = False
    records: ClassVar[bool] = False

    def __init__(
        self, *, settings: Mapping[str, Any] | None = None, secret: str = "", account: str = ""
    ) -> None:
        """Takes what an account has and needs nothing of it."""

    def place(self, outgoing: OutgoingCall) -> PlaceResult:
        """Leaves the dialling to the agent, who sees the number."""
        return Placed()

    @staticmethod
    def problems_of(settings: Mapping[str, Any]) -> list[str]:
        """There is nothing to state, so nothing is wrong."""
        return []
