"""What is signed, and how: HMAC-SHA256 over moment, method, address, key and body."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

TIMESTAMP_HEADER: Final = "Makegood-Timestamp"
SIGNATURE_HEADER: Final = "Makegood-Signature"
#: How far the sender's clock may be from ours, in seconds.
TOLERANCE_SECONDS: Final = 300
#: The scheme stands before the digits, so that another one can come beside it.
SCHEME: Final = "v1="


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came: nothing of it parsed, so that sender and reader sign the same bytes."""

    timestamp: str
    signature: str
    method: str
    path: str
    key: str
    body: bytes

    @property
    def signed_bytes(self) -> bytes:
        """Four lines, each ended by a line feed, and the body as it was sent."""
        lines = (self.timestamp, self.method, self.path, self.key)
        return "".join(f"{line}\n" for line in lines).encode() + self.body


def signature_of(*, secret: str, content: bytes) -> bytes:
    """Returns the 32 bytes that a holder of the secret signs the content with."""
    return hmac.new(secret.encode(), content, hashlib.sha256).digest()
