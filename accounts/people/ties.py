"""What the apps above know about people and teams: named in settings.PEOPLE_TIES."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What somebody holds, as a sentence, and where it is moved to others with which right."""

    text: str
    href: str
    right: str


@dataclass(frozen=True, slots=True)
class Granted:
    """Something a team may see, by name, and its page (empty: none)."""

    name: str
    href: str = ""


def open_work_of(user_ids: Collection[UUID]) -> Mapping[UUID, OpenWork]:
    """Returns what these people hold; nothing for who holds nothing."""
    answer: Mapping[UUID, OpenWork] = _ask("open_work", user_ids)
    return answer


def granted_to(team_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Granted]]:
    """Returns what each of these teams was granted."""
    answer: Mapping[UUID, Sequence[Granted]] = _ask("granted_to_teams", team_ids)
    return answer


def _ask(name: str, ids: Collection[UUID]) -> Any:
    answer: Callable[[Collection[UUID]], Any] = import_string(settings.PEOPLE_TIES[name])
    return answer(ids) if ids else {}
