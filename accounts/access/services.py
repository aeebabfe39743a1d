"""Issuing, revoking and recognising API tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access.models import ApiToken
from accounts.access.rights import rights_of
from accounts.users.models import User
from core.audit import Actor, record
from core.clock import now

TOKEN_MARK: Final = "mg_"  # noqa: S105 - how our tokens begin, so that secret scanners find them
_PREFIX_LENGTH: Final = len(TOKEN_MARK) + 8
_LONGEST_LIFE: Final = timedelta(days=366)


@dataclass(frozen=True)
class IssuedToken:
    """A token with its secret, to be shown once."""

    row: ApiToken
    secret: str


@transaction.atomic
def issue_token(
    *,
    user: User,
    name: str,
    scopes: Iterable[str],
    by: Actor,
    life: timedelta = timedelta(days=90),
) -> IssuedToken:
    """Issues a token to an integration, for some of the rights of its role and a limited time.

    Arguments: `scopes` names of rights; `life` up to 366 days.
    Raises ValidationError for a person, a right the role does not have, none at all, too long.
    """
    wanted = sorted(set(scopes))
    _check(user, wanted, life)
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    moment = now()
    token = ApiToken(
        user=user,
        name=name.strip(),
        prefix=secret[:_PREFIX_LENGTH],
        digest=_digest(secret),
        scopes=wanted,
        created_at=moment,
        expires_at=moment + life,
    )
    token.full_clean()
    token.save(force_insert=True)
    _record(token, "token.issued", by)
    return IssuedToken(row=token, secret=secret)


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor, reason: str = "") -> ApiToken:
    """Makes a token useless from the next call on. Revoking twice changes nothing."""
    locked = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if locked.revoked_at is None:
        locked.revoked_at = now()
        locked.save(update_fields=["revoked_at"])
        _record(locked, "token.revoked", by, reason)
    return locked


def recognise_token(*, secret: str) -> ApiToken | None:
    """Returns the usable token with this secret, or None; notes the day of its use.

    The digest is looked up as a whole: with 256 random bits there is nothing to guess step by
    step, and no slow hash is needed.
    """
    moment = now()
    token = (
        ApiToken.objects.usable(moment)
        .select_related("user")
        .filter(digest=_digest(secret))
        .first()
    )
    if token is None:
        return None
    today = moment.date()
    if token.last_used_on != today:
        unused = Q(last_used_on__isnull=True) | Q(last_used_on__lt=today)
        ApiToken.objects.filter(unused, pk=token.pk).update(last_used_on=today)
    token.user.token_scopes = frozenset(token.scopes)
    return token


def _check(user: User, wanted: list[str], life: timedelta) -> None:
    if not user.is_integration or not user.is_active:
        raise ValidationError(_("Tokens are for active integrations only."), code="user")
    foreign = sorted(set(wanted) - rights_of(user.role))
    if not wanted or foreign:
        raise ValidationError(
            _("Choose rights an integration can have. Not among them: %(names)s."),
            code="scopes",
            params={"names": ", ".join(foreign) or "-"},
        )
    if not timedelta(0) < life <= _LONGEST_LIFE:
        raise ValidationError(_("A token lives from now up to 366 days."), code="life")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _record(token: ApiToken, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="accounts.ApiToken",
        object_id=str(token.pk),
        reason=reason,
        data={"user": str(token.user_id), "prefix": token.prefix, "scopes": token.scopes},
    )
