"""Gathers the models of the concepts for Django's registry."""

from accounts.teams.models import Team
from accounts.users.models import User

__all__ = ["Team", "User"]
