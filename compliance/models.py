"""Gathers the models of the app's concepts."""

from compliance.attempts.models import Attempt, AttemptLoan, Incident, Settlement, Verdict
from compliance.consents.models import Consent
from compliance.rulepacks.models import RulePack, RulePackVersion, RuleParameters
from compliance.stops.models import Stop

__all__ = [
    "Attempt",
    "AttemptLoan",
    "Consent",
    "Incident",
    "RulePack",
    "RulePackVersion",
    "RuleParameters",
    "Settlement",
    "Stop",
    "Verdict",
]
