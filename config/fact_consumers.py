"""Topic of a fact -> the callables that consume it, each one batch per call (core.facts)."""

from __future__ import annotations

FACT_CONSUMERS: dict[str, list[str]] = {
    # Money announces itself by the position it changes; the sweep finds what changes none.
    "loans.position_changed": [
        "collections_app.cases.services.follow_positions",
        "collections_app.promises.following.follow_repayments",
        "collections_app.promises.following.follow_repayment_states",
        "collections_app.promises.following.follow_reversals",
        "collections_app.promises.following.follow_chargebacks",
        "collections_app.plans.watching.follow_schedules",
        "collections_app.plans.watching.follow_statements",
    ],
    "collections.case_changed": [
        "collections_app.plans.watching.follow_cases",
        "collections_app.worklist.following.follow_cases",
        "collections_app.callbacks.following.follow_cases",
    ],
    # Contacts announce nothing: who logs one tells the callbacks; the sweep finds the rest.
    "collections.contact_logged": [
        "collections_app.callbacks.following.follow_contacts",
        "collections_app.protection.following.follow_contacts",
        "collections_app.relationship.following.follow_contacts",
        "collections_app.relationship.following.follow_withdrawals",
    ],
    "collections.callback_changed": [],
    # Contacts and registers announce nothing, for nobody waits for a hint; the sweep finds them.
    "compliance.register_changed": [
        "collections_app.worklist.following.follow_registers",
        "collections_app.worklist.following.follow_consents",
        "collections_app.worklist.following.follow_attempts",
        "collections_app.worklist.following.follow_settlements",
        "collections_app.relationship.following.follow_registers",
        "collections_app.relationship.following.follow_complaints",
        "collections_app.relationship.following.follow_consents",
    ],
    # What the dashboards read; the sweep finds money and contacts that announce nothing.
    "collections.close_done": ["reporting.rollups.services.follow_closes"],
    "reporting.events": [
        "reporting.rollups.services.follow_repayments",
        "reporting.rollups.services.follow_repayment_states",
        "reporting.rollups.services.follow_reversals",
        "reporting.rollups.services.follow_attempts",
        "reporting.rollups.services.follow_settlements",
        "reporting.rollups.services.follow_verdicts",
    ],
    "strategy.events": ["collections_app.strategy.thanks.follow_payments"],
    "notifications.message_changed": [],
    "collections.promise_changed": [
        "collections_app.plans.watching.follow_promises",
        "reporting.rollups.services.follow_promises",
        "collections_app.relationship.following.follow_promises",
    ],
    "collections.plan_changed": ["collections_app.relationship.following.follow_plans"],
    "collections.relationship_changed": [],
}
