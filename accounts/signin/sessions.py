"""The session engine (`SESSION_ENGINE`): sessions in the database, their user beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from accounts.signin.models import UserSession


class SessionStore(DatabaseSessionStore):
    """Writes the signed-in user's id beside the session's own data."""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        session: UserSession = super().create_model_instance(data)  # type: ignore[assignment]
        user_id = data.get(SESSION_KEY)
        session.user_id = UUID(user_id) if user_id else None
        return session


def end_sessions(*, user_ids: Sequence[UUID]) -> int:
    """Deletes every session of these users; returns how many there were."""
    return UserSession.objects.filter(user_id__in=user_ids).delete()[0]
