"""Issuing and revoking signing secrets, and checking what was signed with them."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.signatures.models import SeenSignature, SigningSecret
from accounts.signatures.signing import SCHEME, TOLERANCE_SECONDS, SignedRequest, signature_of
from accounts.users.models import User
from core import clock
from core.audit import Actor, record
from core.encryption import new_data_key, seal, unseal
from core.ids import uuid7

SECRET_MARK: Final = "mgs_"  # noqa: S105 - how our secrets begin, so that scanners find them
_PREFIX_LENGTH: Final = len(SECRET_MARK) + 6
_SLOTS: Final = (1, 2)
_TABLE: Final = SigningSecret._meta.db_table
_SIGNATURE: Final = re.compile(f"{SCHEME}[0-9a-f]{{64}}")
#: A fraction may follow, so that a request can be signed anew within the same second.
_MOMENT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_MOST_PRUNED_AT_ONCE: Final = 10_000


class SignatureRefused(Exception):
    """A request is not signed by whose token it carries; `why` never changes its meaning."""

    def __init__(self, why: str, sentence: str) -> None:
        super().__init__(sentence)
        self.why = why


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """A signing secret in clear, to be shown once."""

    row: SigningSecret
    secret: str


@transaction.atomic
def issue_signing_secret(*, user: User, by: Actor) -> IssuedSecret:
    """Issues a secret to an integration; a second one beside the first, to replace it.

    Raises ValidationError for a person, or when two are in use.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_integration or not locked.is_active:
        raise ValidationError(_("Signing secrets are for active integrations only."), code="user")
    taken = set(_usable(locked).values_list("slot", flat=True))
    free = [slot for slot in _SLOTS if slot not in taken]
    if not free:
        raise ValidationError(_("Two secrets are in use. Revoke the older one first."), code="two")
    secret, pk, data_key = SECRET_MARK + secrets.token_urlsafe(32), uuid7(), new_data_key()
    row = SigningSecret.objects.create(
        id=pk,
        user=locked,
        slot=free[0],
        prefix=secret[:_PREFIX_LENGTH],
        secret=seal(key=data_key, plaintext=secret, table=_TABLE, column="secret", row_id=pk),
        data_key=data_key,
        created_at=clock.now(),
    )
    _record(row, "signing_secret.issued", by)
    return IssuedSecret(row=row, secret=secret)


@transaction.atomic
def revoke_signing_secret(*, row: SigningSecret, by: Actor, reason: str = "") -> SigningSecret:
    """Makes a secret useless from the next request on. Revoking twice changes nothing."""
    locked = SigningSecret.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.revoked_at is None:
        locked.revoked_at = clock.now()
        locked.save(update_fields=["revoked_at"])
        _record(locked, "signing_secret.revoked", by, reason)
    return locked


def check_signature(*, user: User, request: SignedRequest, by: Actor) -> None:
    """Accepts a request that the integration signed within the last minutes, and only once.

    Raises SignatureRefused, with a line in the trail that holds nothing of the body. Call it
    outside a transaction: what was accepted stays so whatever becomes of the request.
    """
    try:
        _check(user, request)
    except SignatureRefused as refusal:
        record(
            action="signature.refused",
            by=by,
            object_type="accounts.User",
            object_id=str(user.pk),
            data={"why": refusal.why, "path": request.path},
        )
        raise


def prune_signatures() -> int:
    """Deletes one bounded batch of signatures whose moment is stale anyway; returns how many."""
    # A moment may lie ahead by the tolerance, and is fresh for as long again.
    old = clock.now() - timedelta(seconds=2 * TOLERANCE_SECONDS + 60)
    batch = SeenSignature.objects.filter(seen_at__lt=old).values("pk")[:_MOST_PRUNED_AT_ONCE]
    return SeenSignature.objects.filter(pk__in=batch).delete()[0]


def _check(user: User, request: SignedRequest) -> None:
    given = _given(request.signature)
    if not _MOMENT.fullmatch(request.timestamp):
        raise SignatureRefused("malformed", "The timestamp is the Unix time in seconds.")
    if abs(Decimal(clock.now().timestamp()) - Decimal(request.timestamp)) > TOLERANCE_SECONDS:
        raise SignatureRefused(
            "stale", f"The timestamp is more than {TOLERANCE_SECONDS} seconds from our clock."
        )
    content = request.signed_bytes
    # All are compared, so that the time taken does not tell which secret is the right one.
    matches = [
        hmac.compare_digest(signature_of(secret=secret, content=content), given)
        for secret in _secrets(user)
    ]
    if not any(matches):
        raise SignatureRefused("unknown", "No signing secret in use gives this signature.")
    if not _accept(given):
        raise SignatureRefused(
            "replayed", "This signature was used. Sign a repeated request anew, with the same key."
        )


def _given(signature: str) -> bytes:
    if not _SIGNATURE.fullmatch(signature):
        raise SignatureRefused("malformed", f"A signature is {SCHEME} and 64 hexadecimal digits.")
    return bytes.fromhex(signature.removeprefix(SCHEME))


def _secrets(user: User) -> list[str]:
    return [
        unseal(key=row.data_key, sealed=row.secret, table=_TABLE, column="secret", row_id=row.pk)
        for row in _usable(user).select_related("data_key")
    ]


def _usable(user: User) -> QuerySet[SigningSecret]:
    return SigningSecret.objects.filter(user=user, revoked_at__isnull=True)


def _accept(signature: bytes) -> bool:
    """Notes a signature; False when it stands there already, whoever comes first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_seensignature (signature) VALUES (%s) ON CONFLICT DO NOTHING",
            [signature],
        )
        return bool(cursor.rowcount)


def _record(row: SigningSecret, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="accounts.SigningSecret",
        object_id=str(row.pk),
        reason=reason,
        data={"user": str(row.user_id), "prefix": row.prefix},
    )
