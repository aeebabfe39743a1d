"""What every telephone system looks like from here: asked to place a call, it tells how it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """One call to be placed.

    `reference` names it in every event about it; `number` is in clear (E.164) and must not be
    logged; `agent` is the sign-in name (an e-mail address) of who is to be on the line.
    """

    reference: str
    number: str
    agent: str


@dataclass(frozen=True, slots=True)
class Placed:
    """The telephone system dials. `reference` is its own name for the call, where it has one."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """It certainly does not dial: it refused, or nobody could be asked."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody can tell from here: the answer broke off, so that the telephone may yet ring."""

    reason: str


PlaceResult = Placed | NotPlaced | Unclear


class Dialler(Protocol):
    """One telephone system, with what it can do declared.

    `clicks_to_call`: it dials when asked; without that the agent is shown the number and dials.
    `signs_events`: it tells by signed events how the call goes. `records`: it names a recording.
    """

    code: ClassVar[str]
    clicks_to_call: ClassVar[bool]
    signs_events: ClassVar[bool]
    records: ClassVar[bool]

    def place(self, outgoing: OutgoingCall) -> PlaceResult:
        """Asks for the call, within hard time-outs. Never raises for what a network does."""
        ...


class DiallerKind(Protocol):
    """How an adapter is made from an account: what it states, and the secret that signs."""

    code: ClassVar[str]
    clicks_to_call: ClassVar[bool]
    signs_events: ClassVar[bool]
    records: ClassVar[bool]

    def __call__(self, *, settings: Mapping[str, Any], secret: str, account: str) -> Dialler: ...

    def problems_of(self, settings: Mapping[str, Any]) -> list[str]: ...
