"""What stands together on the first page of the administration, by what a reader comes for."""

from __future__ import annotations

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Group, its word, and the models in it as "<app>.<object name>", in order.
GROUPS: Final[tuple[tuple[str, str | Promise, tuple[str, ...]], ...]] = (
    (
        "people",
        _("People"),
        (
            "accounts.User",
            "accounts.Team",
            "accounts.Shift",
            "accounts.Leave",
            "accounts.Course",
            "accounts.Certificate",
            "accounts.Approval",
            "accounts.Notice",
            "accounts.ApiToken",
            "accounts.SigningSecret",
        ),
    ),
    (
        "rules",
        _("Portfolios and rules"),
        (
            "loans.Portfolio",
            "loans.Product",
            "loans.PortfolioGrant",
            "loans.BucketScheme",
            "loans.PaymentInstruction",
            "collections_app.ResultCode",
            "collections_app.PointsTable",
            "collections_app.DiallerAccount",
            "collections_app.TeamQueue",
            "collections_app.VisitPurpose",
            "collections_app.SkillRequirement",
            "core.HolidayCalendar",
            "core.CalendarDay",
            "compliance.RulePack",
            "compliance.RulePackProposal",
            "compliance.RulePackVersion",
            "compliance.RuleParameters",
        ),
    ),
    (
        "borrowers",
        _("Borrowers and cars"),
        (
            "loans.Party",
            "loans.ContactPoint",
            "loans.Address",
            "loans.LoanParty",
            "loans.Vehicle",
        ),
    ),
    (
        "loans",
        _("Loans and what is owed"),
        (
            "loans.Loan",
            "loans.Schedule",
            "loans.Instalment",
            "loans.Position",
            "loans.PositionChange",
            "loans.BucketStay",
            "loans.StatedPosition",
            "loans.ReplayDifference",
            "loans.Acceleration",
            "loans.AccelerationWithdrawal",
            "loans.Pause",
            "loans.Resume",
        ),
    ),
    (
        "money",
        _("Money"),
        (
            "loans.Repayment",
            "loans.RepaymentStateChange",
            "loans.Allocation",
            "loans.Charge",
            "loans.Waiver",
            "loans.WriteOff",
            "loans.Refund",
            "loans.Chargeback",
            "loans.Reversal",
            "loans.SuspenseItem",
        ),
    ),
    (
        "cases",
        _("Cases and promises"),
        (
            "collections_app.Case",
            "collections_app.CaseEvent",
            "collections_app.CaseMove",
            "collections_app.WorkItem",
            "collections_app.Lease",
            "collections_app.Contact",
            "collections_app.PhoneCall",
            "collections_app.CallEvent",
            "collections_app.Callback",
            "collections_app.Visit",
            "collections_app.CashReceipt",
            "collections_app.Proceeding",
            "collections_app.DemandLetter",
            "collections_app.LegalDeadline",
            "collections_app.LegalDocument",
            "collections_app.LegalCost",
            "collections_app.Note",
            "collections_app.Pause",
            "collections_app.Promise",
            "collections_app.PromiseLimit",
            "collections_app.HardshipTalk",
            "collections_app.Plan",
            "collections_app.PlanPolicy",
            "collections_app.RelationshipState",
            "collections_app.RelationshipChange",
        ),
    ),
    (
        "contact",
        _("Contact and what allows it"),
        (
            "compliance.Attempt",
            "compliance.AttemptLoan",
            "compliance.Settlement",
            "compliance.Verdict",
            "compliance.Incident",
            "compliance.Override",
            "compliance.Stop",
            "compliance.Consent",
            "compliance.Preference",
            "compliance.Complaint",
            "compliance.ComplaintEvent",
            "compliance.ServedNotice",
            "compliance.CourtOrder",
        ),
    ),
    (
        "files",
        _("Files and nightly work"),
        (
            "loans.ImportBatch",
            "loans.RowError",
            "loans.StagedRow",
            "loans.ImportMapping",
            "loans.FeedWatermark",
            "collections_app.CloseRun",
            "collections_app.CloseSetAside",
            "core.JobRun",
            "core.LastRun",
            "core.Heartbeat",
            "core.FactCursor",
            "core.FactSetAside",
        ),
    ),
    (
        "trail",
        _("Trail and keys"),
        (
            "core.AuditEntry",
            "core.AuditSeal",
            "core.DataKey",
            "core.StoredFile",
            "reporting.Dossier",
            "core.IdempotencyKey",
        ),
    ),
)
REST: Final = ("rest", _("Other records"))


def grouped(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the list of Django's admin in our groups; what no group names stands at the end.

    The dictionaries have the form of `AdminSite.get_app_list`, without an address of their own.
    """
    models = {
        f"{app['app_label']}.{model['object_name']}": model
        for app in apps
        for model in app["models"]
    }
    groups = []
    for key, words, names in GROUPS:
        groups.append(_group(key, words, [models.pop(name) for name in names if name in models]))
    groups.append(_group(*REST, list(models.values())))
    return [group for group in groups if group["models"]]


def _group(key: str, words: str | Promise, models: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": words,
        "app_label": key,
        "app_url": "",
        "has_module_perms": True,
        "models": models,
    }
