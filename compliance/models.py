"""Gathers the models of the app's concepts."""

from compliance.attempts.models import Attempt, AttemptLoan, Incident, Settlement, Verdict
from compliance.complaints.models import Complaint, ComplaintEvent
from compliance.consents.models import Consent
from compliance.notices.models import CourtOrder, ServedNotice
from compliance.overrides.models import Override
from compliance.preferences.models import Preference
from compliance.registers.models import RegisterChange
from compliance.rulepacks.models import (
    RulePack,
    RulePackProposal,
    RulePackVersion,
    RuleParameters,
)
from compliance.stops.models import Stop

__all__ = [
    "Attempt",
    "AttemptLoan",
    "Complaint",
    "ComplaintEvent",
    "Consent",
    "CourtOrder",
    "Incident",
    "Override",
    "Preference",
    "RegisterChange",
    "RulePack",
    "RulePackProposal",
    "RulePackVersion",
    "RuleParameters",
    "ServedNotice",
    "Settlement",
    "Stop",
    "Verdict",
]
