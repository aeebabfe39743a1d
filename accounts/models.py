"""Gathers the models of the concepts for Django's registry."""

from accounts.access.models import ApiToken
from accounts.approvals.models import Approval
from accounts.inbox.models import Notice
from accounts.shifts.models import Leave, Shift
from accounts.signatures.models import SeenSignature, SigningSecret
from accounts.signin.models import UserSession
from accounts.teams.models import Team
from accounts.training.models import Certificate, Course
from accounts.users.models import User

__all__ = [
    "ApiToken",
    "Approval",
    "Certificate",
    "Course",
    "Leave",
    "Notice",
    "SeenSignature",
    "Shift",
    "SigningSecret",
    "Team",
    "User",
    "UserSession",
]
