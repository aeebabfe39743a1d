"""Gathers the admin of the app's concepts."""

from collections_app.cases.admin import CaseAdmin, CaseEventAdmin
from collections_app.cases.routing_admin import (
    CaseMoveAdmin,
    SkillRequirementAdmin,
    TeamQueueAdmin,
)
from collections_app.close.admin import CloseRunAdmin, CloseSetAsideAdmin
from collections_app.contacts.admin import (
    ContactAdmin,
    ContactWithdrawalAdmin,
    DraftAdmin,
    ResultCodeAdmin,
)
from collections_app.promises.admin import PromiseAdmin
from collections_app.worklist.admin import WorkItemAdmin

__all__ = [
    "CaseAdmin",
    "CaseEventAdmin",
    "CaseMoveAdmin",
    "CloseRunAdmin",
    "CloseSetAsideAdmin",
    "ContactAdmin",
    "ContactWithdrawalAdmin",
    "DraftAdmin",
    "PromiseAdmin",
    "ResultCodeAdmin",
    "SkillRequirementAdmin",
    "TeamQueueAdmin",
    "WorkItemAdmin",
]
