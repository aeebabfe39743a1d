"""Gathers the models of the app's concepts."""

from collections_app.cases.models import Case, CaseEvent
from collections_app.cases.moves import CaseMove, CaseMoveRow
from collections_app.cases.routing import SkillRequirement, TeamQueue
from collections_app.close.models import CloseDone, CloseRun, CloseSetAside
from collections_app.contacts.models import Contact, ContactWithdrawal, Draft, ResultCode
from collections_app.promises.models import Promise, PromiseEvent
from collections_app.strategy.models import Strategy, StrategyLine, StrategyVersion
from collections_app.worklist.models import GatheredGround, WorkItem

__all__ = [
    "Case",
    "CaseEvent",
    "CaseMove",
    "CaseMoveRow",
    "CloseDone",
    "CloseRun",
    "CloseSetAside",
    "Contact",
    "ContactWithdrawal",
    "Draft",
    "GatheredGround",
    "Promise",
    "PromiseEvent",
    "ResultCode",
    "SkillRequirement",
    "Strategy",
    "StrategyLine",
    "StrategyVersion",
    "TeamQueue",
    "WorkItem",
]
