"""The form of a move: to whom, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from collections_app.cases.board import people_to_name, teams_for
from collections_app.cases.move_plan import MoveRequest


class MoveForm(forms.Form):
    """Whose people go where. Offers only what its asker may give to."""

    to = forms.ChoiceField(label=gettext_lazy("Give them to"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        strip=True,
        help_text=gettext_lazy("Stands in the history of every case. No medical details."),
        error_messages={"required": gettext_lazy("Say why they move.")},
    )

    def __init__(
        self,
        *args: Any,
        asked_by: User,
        from_user: User | None,
        case_ids: Sequence[UUID] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked_by, self.from_user, self.case_ids = asked_by, from_user, tuple(case_ids)
        self.teams: dict[str, Team] = {f"team:{team.pk}": team for team in teams_for(asked_by)}
        self.people: dict[str, User] = {
            f"user:{person.pk}": person
            for person in people_to_name(asked_by)
            if from_user is None or person.pk != from_user.pk
        }
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (
                _("Deal among the agents of a team"),
                [
                    (key, _("Agents of %(team)s") % {"team": team.name})
                    for key, team in self.teams.items()
                ],
            ),
            (_("One person"), [(key, _named(person)) for key, person in self.people.items()]),
        ]

    def usual_target(self) -> str:
        """Returns the own team of whoever gives the people away, else the first team."""
        own = f"team:{self.from_user.team_id}" if self.from_user else ""
        return own if own in self.teams else next(iter(self.teams), "")

    def request_for(self, target: str) -> MoveRequest:
        """Returns the move to one of the targets offered."""
        return MoveRequest(
            asked_by=self.asked_by,
            from_user=self.from_user,
            case_ids=self.case_ids,
            to_team=self.teams.get(target),
            to_user=self.people.get(target),
        )


def _named(person: User) -> str:
    return f"{person.full_name} · {person.team.name}" if person.team else person.full_name
