"""Gathers the admin of the app's concepts."""

from compliance.attempts.admin import AttemptAdmin, IncidentAdmin, SettlementAdmin, VerdictAdmin
from compliance.consents.admin import ConsentAdmin
from compliance.rulepacks.admin import (
    RulePackAdmin,
    RulePackProposalAdmin,
    RulePackVersionAdmin,
    RuleParametersAdmin,
)
from compliance.stops.admin import StopAdmin

__all__ = [
    "AttemptAdmin",
    "ConsentAdmin",
    "IncidentAdmin",
    "RulePackAdmin",
    "RulePackProposalAdmin",
    "RulePackVersionAdmin",
    "RuleParametersAdmin",
    "SettlementAdmin",
    "StopAdmin",
    "VerdictAdmin",
]
