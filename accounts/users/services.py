"""Everything that changes a user. Administrators reach it through the admin pages."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access.rights import Role
from accounts.signin.sessions import end_sessions
from accounts.teams.models import Team
from accounts.users.models import ShortcutKeys, User, normalise_address
from core.audit import Actor, record


@dataclass(frozen=True, slots=True)
class Preferences:
    """How pages look and answer to one person."""

    language: str
    theme: str
    time_zone: str
    more_contrast: bool = False
    shortcut_keys: str = ShortcutKeys.LETTERS
    has_guide: bool = True
    wrapup_seconds: int = 60


@transaction.atomic
def create_user(
    *,
    email: str,
    full_name: str,
    role: str,
    by: Actor,
    team: Team | None = None,
    password: str | None = None,
    must_change_password: bool = True,
    language: str = "en",
    time_zone: str = "UTC",
) -> User:
    """Creates someone who may sign in from now on.

    Arguments: `password` is what an administrator tells them, and by default must be changed at
    the first sign-in; without one they set their own through "Forgotten?". `time_zone` is an IANA
    name. An integration never gets a password: it calls the API with a token.
    Raises ValidationError for an address already in use, an unknown role or a weak password.
    """
    if Role(role) is Role.INTEGRATION and password:
        raise ValidationError(
            _("An integration has no password. Leave it empty and issue a token."),
            code="integration_password",
        )
    user = User(
        email=normalise_address(email),
        full_name=full_name.strip(),
        role=role,
        team=team,
        language=language,
        time_zone=time_zone,
        must_change_password=bool(password) and must_change_password,
    )
    if password:
        validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    _record(user, "user.created", by, role=role, team=str(team.pk) if team else None)
    return user


@transaction.atomic
def change_details(*, user: User, full_name: str, email: str, team: Team | None, by: Actor) -> User:
    """Changes the name, the sign-in address and the team; a new address ends all sessions.

    Raises ValidationError for an address that somebody else signs in with.
    """
    locked = _lock(user)
    before = (locked.full_name, locked.email, locked.team_id)
    locked.full_name = full_name.strip()
    locked.email = normalise_address(email)
    locked.team = team
    after = (locked.full_name, locked.email, locked.team_id)
    if before == after:
        return locked
    locked.full_clean(exclude=["password"])
    locked.save(update_fields=["full_name", "email", "team"])
    if before[1] != after[1]:
        end_sessions(user_ids=[locked.pk])
    changed = [
        name
        for name, old, new in zip(("full_name", "email", "team"), before, after, strict=True)
        if old != new
    ]
    _record(locked, "user.details_changed", by, changed=changed)
    return locked


@transaction.atomic
def change_role(*, user: User, role: str, by: Actor, reason: str = "") -> User:
    """Gives the user another role, which holds from their next request on.

    Raises ValidationError when one would change one's own role, when no administrator would be
    left, or when a person would become an integration (or the other way round).
    """
    new_role = Role(role)
    locked, other_administrators = _lock_with_administrators(user)
    if locked.role == new_role:
        return locked
    _refuse_oneself(locked, by, _("Nobody changes their own role. Ask another administrator."))
    if Role.INTEGRATION in (locked.role, new_role):
        raise ValidationError(
            _("A person does not become an integration, nor the reverse. Create a new user."),
            code="integration_role",
        )
    _keep_one_administrator(locked, other_administrators)
    old_role, locked.role = locked.role, new_role.value
    locked.save(update_fields=["role"])
    _record(locked, "user.role_changed", by, reason, old=old_role, new=new_role.value)
    return locked


@transaction.atomic
def deactivate_user(*, user: User, by: Actor, reason: str = "") -> User:
    """Shuts the user out at once: no sign-in, no token, sessions ended. What they did stays.

    Raises ValidationError for oneself and for the last administrator.
    """
    locked, other_administrators = _lock_with_administrators(user)
    if not locked.is_active:
        return locked
    _refuse_oneself(locked, by, _("Nobody deactivates themselves. Ask another administrator."))
    _keep_one_administrator(locked, other_administrators)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    ended = end_sessions(user_ids=[locked.pk])
    _record(locked, "user.deactivated", by, reason, sessions_ended=ended)
    return locked


@transaction.atomic
def reactivate_user(*, user: User, by: Actor, reason: str = "") -> User:
    """Lets a deactivated user sign in again with the password they had."""
    locked = _lock(user)
    if locked.is_active:
        return locked
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    _record(locked, "user.reactivated", by, reason)
    return locked


@transaction.atomic
def set_password(
    *, user: User, password: str, by: Actor, must_change_password: bool = False
) -> User:
    """Sets a password and ends the user's other sessions.

    An administrator who sets it passes `must_change_password=True`. The session in which people
    change their own is kept by the page, which signs it anew.
    Raises ValidationError for a weak password and for integrations.
    """
    locked = _lock(user)
    if locked.role == Role.INTEGRATION:
        raise ValidationError(_("An integration has no password. Issue a token."), code="role")
    validate_password(password, locked)
    locked.set_password(password)
    locked.must_change_password = must_change_password
    locked.save(update_fields=["password", "must_change_password"])
    # Sessions carry a digest of the password hash: this change alone makes the others invalid.
    _record(locked, "user.password_set", by, must_change=must_change_password)
    return locked


@transaction.atomic
def set_preferences(*, user: User, preferences: Preferences, by: Actor) -> User:
    """Sets how pages are shown to the user and answer their keys.

    Raises ValidationError for values outside the lists and unknown time zone names.
    """
    locked = _lock(user)
    chosen = asdict(preferences)
    for name, value in chosen.items():
        setattr(locked, name, value)
    locked.clean_fields(exclude=["password"])
    locked.save(update_fields=list(chosen))
    _record(locked, "user.preferences_set", by, **chosen)
    return locked


@transaction.atomic
def set_queue_opening(*, user: User, filters: str, by: Actor) -> User:
    """Sets what the queue shows when it is opened without filters.

    Arguments: `filters` as they stand in an address, such as view=due; empty for everything.
    """
    locked = _lock(user)
    locked.queue_opens_with = filters
    locked.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
    locked.save(update_fields=["queue_opens_with"])
    _record(locked, "user.queue_opening_set", by, filters=filters)
    return locked


@transaction.atomic
def end_user_sessions(*, user: User, by: Actor, reason: str = "") -> int:
    """Signs the user out everywhere; returns how many sessions that ended."""
    ended = end_sessions(user_ids=[user.pk])
    _record(user, "user.sessions_ended", by, reason, sessions_ended=ended)
    return ended


def _lock(user: User) -> User:
    locked: User = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    return locked


def _refuse_oneself(user: User, by: Actor, sentence: str) -> None:
    if by.kind == "user" and by.id == str(user.pk):
        raise ValidationError(sentence, code="oneself")


def _lock_with_administrators(user: User) -> tuple[User, int]:
    """Locks the user and all active administrators in one order, so that two of them who remove
    each other at the same moment neither both succeed nor wait for one another."""
    concerned = Q(pk=user.pk) | Q(role=Role.ADMINISTRATOR, is_active=True)
    rows = list(User.objects.select_for_update(of=("self",)).filter(concerned).order_by("pk"))
    locked = next(row for row in rows if row.pk == user.pk)
    others = [row for row in rows if row.pk != user.pk and row.role == Role.ADMINISTRATOR]
    return locked, len(others)


def _keep_one_administrator(user: User, others: int) -> None:
    if user.role == Role.ADMINISTRATOR and user.is_active and not others:
        raise ValidationError(
            _("This is the last active administrator. Appoint another one first."),
            code="last_administrator",
        )


def _record(user: User, action: str, by: Actor, reason: str = "", **data: object) -> None:
    record(
        action=action,
        by=by,
        object_type="accounts.User",
        object_id=str(user.pk),
        reason=reason,
        data=data,
    )
