"""What other systems send is signed: with which secrets, for how long, and only once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.access.rights import Role
from accounts.signatures.models import SeenSignature, SigningSecret
from accounts.signatures.services import (
    SignatureRefused,
    check_signature,
    issue_signing_secret,
    prune_signatures,
    revoke_signing_secret,
)
from accounts.signatures.signing import SignedRequest, signature_of
from accounts.users.models import User
from core import clock
from core.audit import SYSTEM, AuditEntry
from core.encryption import new_data_key
from core.ids import uuid7

pytestmark = pytest.mark.django_db

NOW = "2026-11-30T08:00:00Z"


@pytest.fixture
def dialler(appoint: Callable[..., User]) -> User:
    return appoint(Role.INTEGRATION, "Dialler")


def signed(secret: str, *, body: bytes = b'{"a": 1}', shift: int = 0) -> SignedRequest:
    request = SignedRequest(
        timestamp=str(int(clock.now().timestamp()) + shift),
        signature="",
        method="POST",
        path="/api/v1/contacts/reservations/",
        key="k1",
        body=body,
    )
    given = signature_of(secret=secret, content=request.signed_bytes)
    return replace(request, signature=f"v1={given.hex()}")


def why(user: User, request: SignedRequest) -> str:
    with pytest.raises(SignatureRefused) as refusal:
        check_signature(user=user, request=request, by=SYSTEM)
    return refusal.value.why


@time_machine.travel(NOW, tick=False)
def test_a_signed_request_is_accepted_once(dialler: User) -> None:
    request = signed(issue_signing_secret(user=dialler, by=SYSTEM).secret)

    check_signature(user=dialler, request=request, by=SYSTEM)

    assert why(dialler, request) == "replayed"


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    "change",
    [
        {"body": b'{"a": 2}'},
        {"path": "/api/v1/contacts/inbound/"},
        {"method": "PUT"},
        {"key": "k2"},
        {"timestamp": "1796025601"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_of_it_changes_the_signature_is_not_accepted(dialler: User, change) -> None:
    request = signed(issue_signing_secret(user=dialler, by=SYSTEM).secret)

    assert why(dialler, replace(request, **change)) == "unknown"
    assert not SeenSignature.objects.exists()


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("shift", "is_accepted"), [(-301, False), (-300, True), (300, True), (301, False)]
)
def test_a_moment_is_fresh_for_five_minutes(dialler: User, shift: int, is_accepted: bool) -> None:
    request = signed(issue_signing_secret(user=dialler, by=SYSTEM).secret, shift=shift)

    if is_accepted:
        check_signature(user=dialler, request=request, by=SYSTEM)
    else:
        assert why(dialler, request) == "stale"


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": ""},
        {"timestamp": "now"},
        {"timestamp": "１７９６０２５６００"},
        {"timestamp": "9" * 40},
        {"signature": ""},
        {"signature": "v1=zz"},
        {"signature": "0" * 64},
        {"signature": "v2=" + "0" * 64},
    ],
)
def test_what_is_no_signature_is_refused_as_such(dialler: User, change) -> None:
    request = signed(issue_signing_secret(user=dialler, by=SYSTEM).secret)

    assert why(dialler, replace(request, **change)) == "malformed"


@time_machine.travel(NOW, tick=False)
def test_two_secrets_are_in_use_while_one_replaces_the_other(dialler: User) -> None:
    first = issue_signing_secret(user=dialler, by=SYSTEM)
    second = issue_signing_secret(user=dialler, by=SYSTEM)
    for number, issued in enumerate((first, second)):
        request = signed(issued.secret, body=str(number).encode())
        check_signature(user=dialler, request=request, by=SYSTEM)
    with pytest.raises(ValidationError):
        issue_signing_secret(user=dialler, by=SYSTEM)

    revoke_signing_secret(row=first.row, by=SYSTEM)

    assert why(dialler, signed(first.secret)) == "unknown"
    check_signature(user=dialler, request=signed(second.secret), by=SYSTEM)
    assert issue_signing_secret(user=dialler, by=SYSTEM).row.slot == first.row.slot


@time_machine.travel(NOW, tick=False)
def test_a_secret_signs_for_its_own_integration_only(dialler: User, appoint) -> None:
    other = appoint(Role.INTEGRATION, "Another")
    theirs = issue_signing_secret(user=other, by=SYSTEM).secret

    assert why(dialler, signed(theirs)) == "unknown"


def test_people_get_no_secret(appoint) -> None:
    with pytest.raises(ValidationError):
        issue_signing_secret(user=appoint(Role.AGENT, "Ana"), by=SYSTEM)
    assert not SigningSecret.objects.exists()


def test_the_database_holds_no_secret_in_clear_and_no_third(dialler: User) -> None:
    issued = issue_signing_secret(user=dialler, by=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, prefix FROM accounts_signingsecret")
        sealed, prefix = cursor.fetchone()

    assert issued.secret[len(prefix) :].encode() not in bytes(sealed)
    row = SigningSecret.objects.get()
    row.pk, row.data_key = uuid7(), new_data_key()
    with (
        pytest.raises(IntegrityError, match="signing_secret_two_at_most"),
        transaction.atomic(),
    ):
        row.save(force_insert=True)


@time_machine.travel(NOW, tick=False)
def test_a_refusal_is_in_the_trail_without_what_was_sent(dialler: User) -> None:
    issue_signing_secret(user=dialler, by=SYSTEM)
    request = signed("mgs_guessed", body=b'{"note": "13812345678"}')

    why(dialler, request)

    entry = AuditEntry.objects.get(action="signature.refused")
    assert entry.object_id == str(dialler.pk)
    assert entry.data == {"why": "unknown", "path": request.path}


def test_signatures_are_remembered_for_as_long_as_their_moment_is_fresh(dialler: User) -> None:
    secret = issue_signing_secret(user=dialler, by=SYSTEM).secret
    # Sent by a clock five minutes ahead: fresh for ten.
    request = signed(secret, shift=299)
    check_signature(user=dialler, request=request, by=SYSTEM)

    with time_machine.travel(clock.now() + timedelta(seconds=595)):
        prune_signatures()
        assert why(dialler, request) == "replayed"
    with time_machine.travel(clock.now() + timedelta(seconds=700)):
        assert prune_signatures() == 1
        assert why(dialler, request) == "stale"
