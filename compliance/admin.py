"""Gathers the admin of the app's concepts."""

from compliance.attempts.admin import AttemptAdmin, IncidentAdmin, SettlementAdmin, VerdictAdmin
from compliance.complaints.admin import ComplaintAdmin, ComplaintEventAdmin
from compliance.consents.admin import ConsentAdmin
from compliance.notices.admin import CourtOrderAdmin, ServedNoticeAdmin
from compliance.preferences.admin import PreferenceAdmin
from compliance.rulepacks.admin import (
    RulePackAdmin,
    RulePackProposalAdmin,
    RulePackVersionAdmin,
    RuleParametersAdmin,
)
from compliance.stops.admin import StopAdmin

__all__ = [
    "AttemptAdmin",
    "ComplaintAdmin",
    "ComplaintEventAdmin",
    "ConsentAdmin",
    "CourtOrderAdmin",
    "IncidentAdmin",
    "PreferenceAdmin",
    "RulePackAdmin",
    "RulePackProposalAdmin",
    "RulePackVersionAdmin",
    "RuleParametersAdmin",
    "ServedNoticeAdmin",
    "SettlementAdmin",
    "StopAdmin",
    "VerdictAdmin",
]
