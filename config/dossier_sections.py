"""What a dossier of one person tells, in its order (reporting.dossier).

Each is a function of the concept whose records they are. What is missing here is not left out: it
is told among "other records", in general words.
"""

from __future__ import annotations

DOSSIER_SECTIONS: list[str] = [
    "loans.borrowers.dossier.person",
    "loans.contracts.dossier.loans",
    "loans.delinquency.dossier.positions",
    "loans.contracts.dossier.schedules",
    "loans.repayments.dossier.repayments",
    "loans.delinquency.dossier.money_facts",
    "collections_app.cases.dossier.cases",
    "compliance.attempts.dossier.attempts",
    "compliance.attempts.dossier.refusals",
    "compliance.overrides.dossier.overrides",
    "collections_app.contacts.dossier.contacts",
    "collections_app.notes.dossier.notes",
    "collections_app.visits.dossier.visits",
    "collections_app.promises.dossier.promises",
    "collections_app.hardship.dossier.talks",
    "collections_app.plans.dossier.plans",
    "collections_app.callbacks.dossier.callbacks",
    "collections_app.relationship.dossier.relationship",
    "notifications.outbox.dossier.messages",
    "notifications.inbound.dossier.replies",
    "compliance.consents.dossier.consents",
    "compliance.consents.dossier.preferences",
    "compliance.stops.dossier.stops",
    "compliance.complaints.dossier.complaints",
    "collections_app.legal.dossier.demand_letters",
    "collections_app.legal.dossier.proceedings",
    "collections_app.legal.dossier.legal_papers",
    "collections_app.legal.dossier.legal_costs",
    "collections_app.legal.dossier.legal_days",
    "compliance.notices.dossier.notices",
    "compliance.notices.dossier.court_orders",
]
