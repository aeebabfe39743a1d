"""Gathers the models of the concepts for Django's registry."""

from accounts.shifts.models import Leave, Shift
from accounts.signin.models import UserSession
from accounts.teams.models import Team
from accounts.users.models import User

__all__ = ["Leave", "Shift", "Team", "User", "UserSession"]
