"""Gathers the admin of the app's concepts."""

from collections_app.callbacks.admin import CallbackAdmin
from collections_app.cases.admin import CaseAdmin, CaseEventAdmin
from collections_app.cases.routing_admin import (
    CaseMoveAdmin,
    SkillRequirementAdmin,
    TeamQueueAdmin,
)
from collections_app.close.admin import CloseRunAdmin, CloseSetAsideAdmin
from collections_app.contacts.admin import ContactAdmin, ResultCodeAdmin
from collections_app.dialling.admin import CallEventAdmin, DiallerAccountAdmin, PhoneCallAdmin
from collections_app.hardship.admin import HardshipTalkAdmin
from collections_app.legal.admin import (
    DemandLetterAdmin,
    LegalCostAdmin,
    LegalDeadlineAdmin,
    LegalDocumentAdmin,
    ProceedingAdmin,
)
from collections_app.notes.admin import NoteAdmin
from collections_app.plans.admin import PlanAdmin, PlanPolicyAdmin
from collections_app.promises.admin import PromiseAdmin
from collections_app.protection.admin import PauseAdmin
from collections_app.relationship.admin import (
    RelationshipChangeAdmin,
    RelationshipStateAdmin,
)
from collections_app.worklist.admin import LeaseAdmin, PointsTableAdmin, WorkItemAdmin

__all__ = [
    "CallEventAdmin",
    "CallbackAdmin",
    "CaseAdmin",
    "CaseEventAdmin",
    "CaseMoveAdmin",
    "CloseRunAdmin",
    "CloseSetAsideAdmin",
    "ContactAdmin",
    "DemandLetterAdmin",
    "DiallerAccountAdmin",
    "HardshipTalkAdmin",
    "LeaseAdmin",
    "LegalCostAdmin",
    "LegalDeadlineAdmin",
    "LegalDocumentAdmin",
    "NoteAdmin",
    "PauseAdmin",
    "PhoneCallAdmin",
    "PlanAdmin",
    "PlanPolicyAdmin",
    "PointsTableAdmin",
    "ProceedingAdmin",
    "PromiseAdmin",
    "RelationshipChangeAdmin",
    "RelationshipStateAdmin",
    "ResultCodeAdmin",
    "SkillRequirementAdmin",
    "TeamQueueAdmin",
    "WorkItemAdmin",
]
