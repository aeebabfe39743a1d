"""Gathers the models of the app's concepts."""

from collections_app.callbacks.models import Callback, CallbackEvent
from collections_app.cases.models import Case, CaseEvent
from collections_app.cases.moves import CaseMove, CaseMoveRow
from collections_app.cases.routing import SkillRequirement, TeamQueue
from collections_app.close.models import CloseDone, CloseRun, CloseSetAside
from collections_app.contacts.models import Contact, ContactWithdrawal, Draft, ResultCode
from collections_app.dialling.models import CallEvent, DiallerAccount, PhoneCall
from collections_app.hardship.models import HardshipTalk
from collections_app.legal.file_models import LegalCost, LegalDocument
from collections_app.legal.letter_models import DemandLetter, DemandLetterEvent
from collections_app.legal.models import LegalDeadline, Proceeding, ProceedingEvent
from collections_app.notes.models import Note, NoteEvent
from collections_app.plans.models import Plan, PlanEvent, PlanInstalment, PlanPolicy
from collections_app.promises.models import Promise, PromiseEvent, PromiseLimit
from collections_app.protection.models import Pause
from collections_app.relationship.models import RelationshipChange, RelationshipState
from collections_app.strategy.models import Strategy, StrategyLine, StrategyVersion
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.models import GatheredGround, WorkItem
from collections_app.worklist.points_tables import PointsTable

__all__ = [
    "CallEvent",
    "Callback",
    "CallbackEvent",
    "Case",
    "CaseEvent",
    "CaseMove",
    "CaseMoveRow",
    "CloseDone",
    "CloseRun",
    "CloseSetAside",
    "Contact",
    "ContactWithdrawal",
    "DemandLetter",
    "DemandLetterEvent",
    "DiallerAccount",
    "Draft",
    "GatheredGround",
    "HardshipTalk",
    "Lease",
    "LegalCost",
    "LegalDeadline",
    "LegalDocument",
    "Note",
    "NoteEvent",
    "Pause",
    "PhoneCall",
    "Plan",
    "PlanEvent",
    "PlanInstalment",
    "PlanPolicy",
    "PointsTable",
    "Proceeding",
    "ProceedingEvent",
    "Promise",
    "PromiseEvent",
    "PromiseLimit",
    "RelationshipChange",
    "RelationshipState",
    "ResultCode",
    "SkillRequirement",
    "Strategy",
    "StrategyLine",
    "StrategyVersion",
    "TeamQueue",
    "WorkItem",
]
