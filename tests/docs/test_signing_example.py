"""The worked example of a signature is right: recomputed from the text alone."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

import pytest

from accounts.signatures.signing import SignedRequest, signature_of

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SECRET = re.search(r"with the secret `(mgs_\w+)`", TEXT)
HEADERS = re.search(
    r"^Makegood-Timestamp: (\d+)\nMakegood-Signature: v1=([0-9a-f]{64})$", TEXT, re.M
)
SIGNED = re.search(r"^```\n(\d+\nPOST\n\S+\n\S+\n\{.*\})\n```$", TEXT, re.M)


def test_the_example_gives_the_signature_it_shows():
    assert SECRET
    assert HEADERS
    assert SIGNED

    digest = hmac.new(SECRET[1].encode(), SIGNED[1].encode(), hashlib.sha256).hexdigest()

    assert digest == HEADERS[2]
    assert SIGNED[1].startswith(f"{HEADERS[1]}\n")


@pytest.mark.parametrize("is_changed", [False, True])
def test_the_server_signs_the_same_bytes(is_changed: bool):
    assert SECRET
    assert SIGNED
    assert HEADERS
    timestamp, method, path, key, body = SIGNED[1].split("\n")
    request = SignedRequest(
        timestamp=timestamp,
        signature="",
        method=method,
        path=path,
        key=key,
        body=(body + " " * is_changed).encode(),
    )

    signature = signature_of(secret=SECRET[1], content=request.signed_bytes).hex()

    assert (signature == HEADERS[2]) is not is_changed
