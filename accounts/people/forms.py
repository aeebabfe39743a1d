"""Forms of people, teams, shifts and leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access.rights import Role
from accounts.people.services import PersonDetails
from accounts.shifts.models import LeaveReason, Weekday
from accounts.teams.models import Team
from accounts.users.assignment_profile import FULL_SHARE, AssignmentProfile
from accounts.users.forms import time_zone_choices
from accounts.users.languages import SPOKEN_LANGUAGES
from accounts.users.models import Language, User, normalise_address

_STATES = [("", _("Everybody")), ("active", _("May sign in")), ("left", _("No longer signs in"))]


class PeopleFilterForm(forms.Form):
    """What narrows the list; lives in the URL."""

    q = forms.CharField(required=False, max_length=80, label=_("Name or e-mail"))
    role = forms.ChoiceField(
        required=False, label=_("Role"), choices=[("", _("Every role")), *Role.choices]
    )
    team = forms.ChoiceField(required=False, label=_("Team"))
    state = forms.ChoiceField(required=False, label=_("State"), choices=_STATES)

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [  # type: ignore[attr-defined]
            ("", _("Every team")),
            ("none", _("No team")),
            *((str(team.pk), team.name) for team in teams),
        ]


class _TeamField(forms.Form):
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, label=_("Team"), empty_label=_("No team")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.visible_to(user).filter(is_active=True).order_by("name")
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class NewPersonForm(_TeamField):
    """Somebody who starts to work here."""

    full_name = forms.CharField(max_length=120, label=_("Name"))
    email = forms.EmailField(label=_("E-mail"), help_text=_("They sign in with it."))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(label=_("Language of pages"), choices=Language.choices)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lazy(time_zone_choices, list)(), initial="UTC"
    )
    field_order = ("full_name", "email", "role", "team", "language", "time_zone")

    def clean_email(self) -> str:
        return normalise_address(self.cleaned_data["email"])


class PersonForm(NewPersonForm):
    """Everything about a person: how they sign in, what they see, what they can be given."""

    reason = forms.CharField(
        required=False,
        max_length=200,
        label=_("Reason"),
        help_text=_("For the trail, when the role changes."),
    )
    spoken_languages = forms.MultipleChoiceField(
        required=False,
        label=_("Languages spoken"),
        choices=list(SPOKEN_LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: dealt people of every language."),
    )
    skills = forms.CharField(
        required=False,
        max_length=200,
        label=_("Skills"),
        help_text=_("Separated by commas, e.g. hardship, legal. Certificates count as well."),
    )
    regions = forms.CharField(
        required=False,
        max_length=200,
        label=_("Regions"),
        help_text=_(
            "Provinces or states they know, separated by commas. They are preferred there."
        ),
    )
    capacity = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10_000,
        label=_("Capacity"),
        help_text=_("The most people held at once; empty: no limit."),
    )
    share_percent = forms.IntegerField(
        min_value=0,
        max_value=FULL_SHARE,
        initial=FULL_SHARE,
        label=_("Share of the queue, percent"),
        help_text=_("100 takes a full share of new people, 50 half of one, 0 none."),
    )
    ABOUT = ("full_name", "email", "role", "team", "language", "time_zone", "reason")
    DEALT = ("spoken_languages", "skills", "regions", "capacity", "share_percent")

    @classmethod
    def initial_of(cls, person: User) -> dict[str, Any]:
        """Returns the stored values as the form shows them."""
        initial = {name: getattr(person, name) for name in (*cls.ABOUT[:-1], *cls.DEALT)}
        return initial | {
            "team": person.team_id,
            "skills": ", ".join(person.skills),
            "regions": ", ".join(person.regions),
        }

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ABOUT]

    @property
    def dealt(self) -> list[forms.BoundField]:
        return [self[name] for name in self.DEALT if name != "spoken_languages"]

    def clean_skills(self) -> tuple[str, ...]:
        return _split(self.cleaned_data["skills"])

    def clean_regions(self) -> tuple[str, ...]:
        return _split(self.cleaned_data["regions"])

    def details(self) -> PersonDetails:
        """Returns the filled form as the service takes it."""
        data = self.cleaned_data
        return PersonDetails(
            **{name: data[name] for name in self.ABOUT},
            profile=AssignmentProfile(
                spoken_languages=tuple(data["spoken_languages"]),
                skills=data["skills"],
                regions=data["regions"],
                capacity=data["capacity"],
                share_percent=data["share_percent"],
            ),
        )


def _split(text: str) -> tuple[str, ...]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


class ReasonForm(forms.Form):
    """Why somebody is shut out or let in again; stands on a page beside PersonForm."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="id_state_%s")

    reason = forms.CharField(
        max_length=200,
        label=_("Reason"),
        error_messages={"required": _("Say why; it stands in the trail.")},
    )


class TeamForm(forms.Form):
    """A team's name, who leads it, and whether it is in use."""

    name = forms.CharField(max_length=80, label=_("Name"))
    lead = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label=_("Team lead"), empty_label=_("Nobody")
    )
    is_active = forms.BooleanField(required=False, initial=True, label=_("In use"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = User.objects.visible_to(user).filter(is_active=True, role=Role.TEAM_LEAD)
        self.fields["lead"].queryset = leads  # type: ignore[attr-defined]


class ShiftForm(forms.Form):
    """The same hours on one or several weekdays."""

    weekdays = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=Weekday.choices,
        widget=forms.CheckboxSelectMultiple,
        label=pgettext_lazy("days of the week", "Days"),
        error_messages={"required": _("Choose at least one day.")},
    )
    starts_at = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends_at = forms.TimeField(
        label=_("To"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("Earlier than the start means the next morning."),
    )


class LeaveForm(forms.Form):
    """Days off, both ends included."""

    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}))
    reason = forms.ChoiceField(label=_("Kind"), choices=LeaveReason.choices)


class CopyWeekForm(forms.Form):
    """Whose week somebody gets instead of their own."""

    of = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Copy the week of"), empty_label=None
    )

    def __init__(self, *args: Any, user: User, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.visible_to(user).filter(is_active=True, shifts__isnull=False)
        others = others.exclude(pk=person.pk).distinct().order_by("full_name")
        self.fields["of"].queryset = others  # type: ignore[attr-defined]
