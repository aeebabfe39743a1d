"""Gathers the admin pages of the concepts, and takes away pages of libraries.

Groups are not used: a role is a line in `accounts/access/rights.py`. Sessions have no page: their
key, which opens them, would stand in its address.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.access.admin import ApiTokenAdmin
from accounts.approvals.admin import ApprovalAdmin
from accounts.inbox.admin import NoticeAdmin
from accounts.shifts.admin import LeaveAdmin, ShiftAdmin
from accounts.signatures.admin import SigningSecretAdmin
from accounts.teams.admin import TeamAdmin
from accounts.training.admin import CertificateAdmin, CourseAdmin
from accounts.users.admin import UserAdmin

__all__ = [
    "ApiTokenAdmin",
    "ApprovalAdmin",
    "CertificateAdmin",
    "CourseAdmin",
    "LeaveAdmin",
    "NoticeAdmin",
    "ShiftAdmin",
    "SigningSecretAdmin",
    "TeamAdmin",
    "UserAdmin",
]

for _model in (EmailAddress, Authenticator, Group):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
