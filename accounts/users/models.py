"""A person who signs in (or a machine that calls the API): one role, one team, own preferences."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.rights import RECORD_RIGHTS, Role
from accounts.access.scope import ScopedQuerySet
from core import clock
from core.ids import uuid7_pk


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "简体中文"


class WrapupTarget(models.IntegerChoices):
    """When the clock of a call that is over turns amber; nothing is ever saved by it."""

    OFF = 0, _("no clock")
    TEN = 10, _("after 10 seconds")
    HALF_MINUTE = 30, _("after 30 seconds")
    MINUTE = 60, _("after 60 seconds")
    MINUTE_AND_A_HALF = 90, _("after 90 seconds")
    TWO_MINUTES = 120, _("after 120 seconds")


class Theme(models.TextChoices):
    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class ShortcutKeys(models.TextChoices):
    """How single keys work for a person (WCAG 2.2, 2.1.4: switched off or put behind another)."""

    LETTERS = "letters", _("Alone, outside of fields")
    ALT = "alt", _("With Alt held")
    OFF = "off", _("Not at all")


def check_time_zone(name: str) -> None:
    """Raises ValidationError unless `name` is an IANA time zone known here."""
    if name not in clock.known_zones():
        raise ValidationError(
            _("%(name)s is not a time zone name. Use one like Asia/Shanghai or America/Chicago."),
            code="time_zone",
            params={"name": name},
        )


def normalise_address(email: str) -> str:
    """Brings an e-mail address into the one form it is stored and compared in."""
    return email.strip().lower()


class UserQuerySet(ScopedQuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def people(self) -> UserQuerySet:
        """Leaves out the integrations, which sign in by token only."""
        return self.exclude(role=Role.INTEGRATION)

    def scoped_to(self, user: User) -> UserQuerySet:
        """Everyone sees themselves; leads their team; those who look over everything, all."""
        if has_right(user, "user.view") or has_right(user, "user.manage"):
            return self
        seen = Q(pk=user.pk) | Q(team__lead=user)
        if has_right(user, "case.view_team") and user.team_id:
            seen |= Q(team_id=user.team_id)
        return self if has_right(user, "case.view_all") else self.filter(seen)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds users by e-mail in any case, and builds them without business rules.

    The application creates people through `accounts.users.services.create_user`.
    """

    def get_by_natural_key(self, username: str | None) -> User:
        found: User = self.get(email=normalise_address(username or ""))
        return found

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Stores a user; without a password nobody can sign in as them until one is set."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user: User = self.model(email=normalise_address(email), **fields)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db, force_insert=True)
        return user


class User(AbstractBaseUser):
    """Someone who works here. A person who owes money is a party, never a user."""

    id = uuid7_pk()
    # Unique in any case: a check below keeps it in lower case.
    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("Somebody already signs in with this e-mail address.")},
    )
    full_name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name=_("team"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
    )
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.ENGLISH
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    more_contrast = models.BooleanField(
        _("more contrast"), default=False, help_text=_("Darker words and lines in both themes.")
    )
    shortcut_keys = models.CharField(
        _("keys"),
        max_length=7,
        choices=ShortcutKeys.choices,
        default=ShortcutKeys.LETTERS,
        db_default=ShortcutKeys.LETTERS,
        help_text=_("How letters, digits and signs do things. Keys with Ctrl always work."),
    )
    has_guide = models.BooleanField(
        _("guide"),
        default=True,
        db_default=True,
        help_text=_("What to say, beside the case. What must be said is shown either way."),
    )
    wrapup_seconds = models.PositiveSmallIntegerField(
        _("wrap-up time"),
        choices=WrapupTarget.choices,
        default=WrapupTarget.MINUTE,
        db_default=WrapupTarget.MINUTE,
        help_text=_("Seconds after a call until its clock turns amber. Nothing else happens then."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_time_zone]
    )
    queue_opens_with = models.CharField(
        _("what the queue opens with"), max_length=300, blank=True, default=""
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(
        _("must choose a new password"),
        default=False,
        help_text=_("Set when an administrator chose the password."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # What can be dealt to them: see assignment_profile.py. Empty lists limit nothing.
    spoken_languages = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("languages spoken"),
        default=list,
        blank=True,
    )
    skills = ArrayField(
        models.SlugField(max_length=40), verbose_name=_("skills"), default=list, blank=True
    )
    regions = ArrayField(
        models.CharField(max_length=40), verbose_name=_("regions"), default=list, blank=True
    )
    capacity = models.PositiveIntegerField(
        _("capacity"),
        null=True,
        blank=True,
        help_text=_("The most people held at once; empty: no limit."),
    )
    share_percent = models.PositiveSmallIntegerField(
        _("share of the queue"),
        default=100,
        help_text=_("Percent: 100 takes a full share of new people, 50 half of one, 0 none."),
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "role"]

    # Set on the instance by token authentication: the rights the token was issued for.
    token_scopes: frozenset[str] | None = None

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["full_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")) & ~Q(email=""), name="user_email_lower_case"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="user_language_known"
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="user_theme_known"),
            models.CheckConstraint(
                condition=Q(shortcut_keys__in=ShortcutKeys.values), name="user_shortcut_keys_known"
            ),
            models.CheckConstraint(condition=Q(share_percent__lte=100), name="user_share_percent"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="user_capacity_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @property
    def is_integration(self) -> bool:
        """A machine: acts in the trail as an integration and never signs in with a password."""
        return self.role == Role.INTEGRATION

    @property
    def is_staff(self) -> bool:
        """The admin site asks this; the role answers."""
        return has_right(self, "admin.view")

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Answers Django's own permission questions, "<app>.<action>_<model>".

        Looking needs the right of the record, writing the right to change configuration; admin
        pages of records refuse writing whatever the answer.
        """
        app_label, _dot, name = perm.rpartition(".")
        action, _underscore, model = name.partition("_")
        if action == "view":
            return has_right(self, RECORD_RIGHTS.get(f"{app_label}.{model}", "admin.view"))
        return has_right(self, "config.change")

    def has_perms(self, perm_list: Any, obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return has_right(self, "admin.view")
