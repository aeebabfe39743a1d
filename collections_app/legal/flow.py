"""The ways through a court as a table: what follows what, and what each stage asks and closes.

Services are the only writers; the database checks every move against the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProceedingKind(models.TextChoices):
    PAYMENT_ORDER = "payment_order", _("payment order")
    LITIGATION = "litigation", _("litigation")
    ARBITRATION = "arbitration", _("arbitration")
    PRESERVATION = "preservation", _("preservation of property")
    ENFORCEMENT = "enforcement", _("enforcement")


class Stage(models.TextChoices):
    PREPARING = "preparing", _("in preparation")
    PROPOSED = "proposed", _("waits for a second person")
    APPROVED = "approved", _("approved for filing")
    FILED = "filed", pgettext_lazy("proceedings", "filed")
    ACCEPTED = "accepted", _("accepted")
    ISSUED = "issued", _("order issued")
    SERVED = "served", _("order served")
    HEARING = "hearing", _("hearing")
    DECIDED = "decided", pgettext_lazy("an arbitration", "decided")
    RULED = "ruled", _("ruled")
    IN_FORCE = "in_force", _("in force")
    ENDED = "ended", pgettext_lazy("proceedings", "ended")


class Ending(models.TextChoices):
    """How proceedings came to their end."""

    PAID = "paid", _("paid")
    SETTLED = "settled", pgettext_lazy("proceedings", "settled")
    DONE = "done", _("carried through")
    WITHDRAWN = "withdrawn", pgettext_lazy("proceedings", "withdrawn")
    REJECTED = "rejected", pgettext_lazy("an application", "rejected")
    LAPSED = "lapsed", _("lapsed")


class DocumentKind(models.TextChoices):
    CONTRACT = "contract", _("loan contract")
    DISBURSEMENT = "disbursement", _("proof of disbursement")
    ACCOUNT = "account", _("statement of account")
    IDENTITY = "identity", _("identity of the debtor")
    DEMAND = "demand", _("demand and its delivery")
    CLAIM = "claim", _("statement of claim or application")
    AUTHORITY = "authority", _("power of attorney")
    ARBITRATION_CLAUSE = "arbitration_clause", _("arbitration agreement")
    ASSETS = "assets", _("list of property to preserve")
    SECURITY = "security", _("security for the preservation")
    MORTGAGE = "mortgage", _("registration of the mortgage")
    TITLE = "title", _("judgment, award or order to enforce")
    SERVICE = "service", _("proof of service")
    COURT = "court", _("paper of the court")
    OTHER = "other", _("other document")


class DeadlineKind(models.TextChoices):
    """What is due: by a clock of the law, on a day the court set, or on a day of our own."""

    LIMITATION = "limitation", _("limitation period ends")
    GUARANTEE = "guarantee", _("ask the guarantor")
    DOCKETING = "docketing", _("court takes the case on")
    PAYMENT_ORDER_ISSUED = "payment_order_issued", _("court issues the payment order")
    PAYMENT_ORDER_ANSWER = "payment_order_answer", _("debtor pays or objects")
    HEARING = "hearing", _("hearing")
    APPEAL = "appeal", _("appeal")
    ENFORCEMENT = "enforcement", _("apply for enforcement")
    PRESERVATION_RULING = "preservation_ruling", _("court rules on preservation")
    PRESERVATION_ENFORCED = "preservation_enforced", _("court begins to enforce its ruling")
    PRESERVATION_FILE_BY = "preservation_file_by", _("sue or apply for arbitration")
    PRESERVATION_RENEWAL = "preservation_renewal", _("ask for renewal of the measure")
    PRESERVATION_ENDS = "preservation_ends", _("measure ends")
    EVIDENCE = "evidence", _("hand in evidence")
    FEE = "fee", _("pay the court's fee")
    MEDIATION = "mediation", _("mediation")
    CORRECTION = "correction", _("mend what the court asked for")
    REVIEW = "review", _("look at it again")
    CURE = "cure", _("time to cure ends")
    REMEDY = "remedy", _("time of the default notice ends")
    VALIDATION = "validation", _("validation period ends")


#: What a person enters: court dates, and days of one's own.
BY_HAND: Final = (
    DeadlineKind.EVIDENCE,
    DeadlineKind.FEE,
    DeadlineKind.MEDIATION,
    DeadlineKind.CORRECTION,
    DeadlineKind.REVIEW,
)


#: What a notice lets the debtor do until a day: it ends by itself.
OF_NOTICES: Final = (DeadlineKind.CURE, DeadlineKind.REMEDY, DeadlineKind.VALIDATION)


class Whose(models.TextChoices):
    """Who has to act by the day."""

    OURS = "ours", pgettext_lazy("deadline", "ours")
    COURT = "court", pgettext_lazy("deadline", "the court's")
    DEBTOR = "debtor", pgettext_lazy("deadline", "the debtor's")


class DeadlineState(models.TextChoices):
    OPEN = "open", pgettext_lazy("deadline", "open")
    MET = "met", pgettext_lazy("deadline", "met")
    VOID = "void", pgettext_lazy("deadline", "no longer runs")


class AssetKind(models.TextChoices):
    """What is preserved, as the clock of preservation knows it; a car is a movable."""

    MOVABLE = "movable", _("the car or another movable")
    DEPOSIT = "deposit", _("money in a bank")
    IMMOVABLE = "immovable", _("land or a building")
    OTHER_RIGHT = "other_right", _("another right")


#: Ways of contact that are closed while a stage lasts: the lender's policy. Letters stay open.
NOTHING_CLOSED: Final[tuple[str, ...]] = ()
NO_VISITS: Final = ("visit",)
NO_CALLS: Final = ("call", "visit")
COUNSEL_ONLY: Final = ("call", "sms", "email", "visit")


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of one kind.

    - after: the stages it may follow;
    - asks: what must be said to enter it, beside its day (fields of `ProceedingEvent.said`);
    - starts: codes of the clocks that run from it (`deadlines.CLOCKS`);
    - meets: codes of the clocks that its coming answers;
    - closes: ways of contact that are closed while it lasts.
    """

    stage: Stage
    after: tuple[Stage, ...]
    asks: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    closes: tuple[str, ...] = NOTHING_CLOSED
    label: str | Promise = ""

    @property
    def name(self) -> str:
        return str(self.label or self.stage.label)


_RUNNING: Final = tuple(stage for stage in Stage if stage not in (Stage.PROPOSED, Stage.ENDED))

#: Every kind begins so: nothing leaves the house before a second person has looked at the file.
_BEFORE_FILING: Final = (
    Step(Stage.PREPARING, (Stage.PROPOSED, Stage.APPROVED)),
    Step(Stage.PROPOSED, (Stage.PREPARING,)),
    Step(Stage.APPROVED, (Stage.PROPOSED,)),
)
_END: Final = Step(Stage.ENDED, _RUNNING, asks=("ending", "reason"))

TABLE: Final[dict[ProceedingKind, tuple[Step, ...]]] = {
    ProceedingKind.PAYMENT_ORDER: (
        *_BEFORE_FILING,
        Step(Stage.FILED, (Stage.APPROVED,), closes=NO_VISITS),
        Step(
            Stage.ACCEPTED,
            (Stage.FILED,),
            asks=("case_number",),
            starts=("payment_order_issued",),
            closes=NO_VISITS,
        ),
        Step(Stage.ISSUED, (Stage.ACCEPTED,), meets=("payment_order_issued",), closes=NO_VISITS),
        Step(
            Stage.SERVED,
            (Stage.ISSUED,),
            starts=("payment_order_answer",),
            closes=NO_CALLS,
        ),
        Step(
            Stage.IN_FORCE,
            (Stage.SERVED,),
            asks=("perform_by",),
            starts=("enforcement",),
            meets=("payment_order_answer",),
        ),
        _END,
    ),
    ProceedingKind.LITIGATION: (
        *_BEFORE_FILING,
        Step(Stage.FILED, (Stage.APPROVED,), starts=("docketing",), closes=NO_VISITS),
        Step(
            Stage.ACCEPTED,
            (Stage.FILED,),
            asks=("case_number",),
            meets=("docketing",),
            closes=NO_VISITS,
        ),
        Step(
            Stage.HEARING,
            (Stage.ACCEPTED, Stage.HEARING),
            asks=("hearing_at",),
            starts=("hearing",),
            closes=COUNSEL_ONLY,
        ),
        Step(
            Stage.DECIDED,
            (Stage.ACCEPTED, Stage.HEARING),
            starts=("appeal",),
            meets=("hearing",),
            closes=COUNSEL_ONLY,
            label=_("judgment served"),
        ),
        Step(
            Stage.IN_FORCE,
            (Stage.DECIDED,),
            asks=("perform_by",),
            starts=("enforcement",),
            meets=("appeal",),
        ),
        _END,
    ),
    ProceedingKind.ARBITRATION: (
        *_BEFORE_FILING,
        Step(Stage.FILED, (Stage.APPROVED,), closes=NO_VISITS),
        Step(Stage.ACCEPTED, (Stage.FILED,), asks=("case_number",), closes=NO_VISITS),
        Step(
            Stage.HEARING,
            (Stage.ACCEPTED, Stage.HEARING),
            asks=("hearing_at",),
            starts=("hearing",),
            closes=COUNSEL_ONLY,
        ),
        # An award takes effect on the day it is made (仲裁法): nothing lies between.
        Step(
            Stage.IN_FORCE,
            (Stage.ACCEPTED, Stage.HEARING),
            asks=("perform_by",),
            starts=("enforcement",),
            meets=("hearing",),
            label=_("award in force"),
        ),
        _END,
    ),
    ProceedingKind.PRESERVATION: (
        *_BEFORE_FILING,
        Step(Stage.FILED, (Stage.APPROVED,), label=_("applied for")),
        Step(
            Stage.ACCEPTED,
            (Stage.FILED,),
            asks=("case_number", "accepted_at"),
            starts=("preservation_ruling",),
        ),
        Step(
            Stage.RULED,
            (Stage.ACCEPTED,),
            starts=("preservation_enforced",),
            meets=("preservation_ruling",),
        ),
        Step(
            Stage.IN_FORCE,
            (Stage.RULED, Stage.IN_FORCE),
            asks=("until",),
            starts=("preservation_file_by", "preservation_renewal", "preservation_ends"),
            meets=("preservation_enforced", "preservation_renewal"),
            closes=NO_VISITS,
            label=_("measures taken"),
        ),
        _END,
    ),
    ProceedingKind.ENFORCEMENT: (
        *_BEFORE_FILING,
        Step(Stage.FILED, (Stage.APPROVED,), starts=("docketing",), closes=NO_VISITS),
        Step(
            Stage.ACCEPTED,
            (Stage.FILED,),
            asks=("case_number",),
            meets=("docketing",),
            closes=NO_CALLS,
        ),
        Step(Stage.IN_FORCE, (Stage.ACCEPTED,), closes=NO_CALLS, label=_("being enforced")),
        _END,
    ),
}

#: What must be on file before a kind is proposed for filing.
DOCUMENTS_NEEDED: Final[dict[ProceedingKind, tuple[DocumentKind, ...]]] = {
    ProceedingKind.PAYMENT_ORDER: (
        DocumentKind.CLAIM,
        DocumentKind.CONTRACT,
        DocumentKind.DISBURSEMENT,
        DocumentKind.ACCOUNT,
        DocumentKind.IDENTITY,
        DocumentKind.AUTHORITY,
    ),
    ProceedingKind.LITIGATION: (
        DocumentKind.CLAIM,
        DocumentKind.CONTRACT,
        DocumentKind.DISBURSEMENT,
        DocumentKind.ACCOUNT,
        DocumentKind.IDENTITY,
        DocumentKind.AUTHORITY,
    ),
    ProceedingKind.ARBITRATION: (
        DocumentKind.CLAIM,
        DocumentKind.CONTRACT,
        DocumentKind.ARBITRATION_CLAUSE,
        DocumentKind.DISBURSEMENT,
        DocumentKind.ACCOUNT,
        DocumentKind.IDENTITY,
        DocumentKind.AUTHORITY,
    ),
    ProceedingKind.PRESERVATION: (
        DocumentKind.CLAIM,
        DocumentKind.ASSETS,
        DocumentKind.CONTRACT,
        DocumentKind.AUTHORITY,
    ),
    ProceedingKind.ENFORCEMENT: (
        DocumentKind.CLAIM,
        DocumentKind.TITLE,
        DocumentKind.IDENTITY,
        DocumentKind.AUTHORITY,
    ),
}

#: A measure taken while one of these runs is taken in it, else before it.
SUES: Final = frozenset({ProceedingKind.LITIGATION, ProceedingKind.ARBITRATION})
#: What filing a kind answers in other proceedings of the same case.
ANSWERS_ELSEWHERE: Final[dict[ProceedingKind, str]] = {
    ProceedingKind.LITIGATION: "preservation_file_by",
    ProceedingKind.ARBITRATION: "preservation_file_by",
    ProceedingKind.ENFORCEMENT: "enforcement",
}
#: What stands before a demand was made is no reason to sue: these ask for one that arrived.
NEEDS_DEMAND: Final = frozenset(
    {ProceedingKind.PAYMENT_ORDER, ProceedingKind.LITIGATION, ProceedingKind.ARBITRATION}
)


def step_of(kind: str, stage: str) -> Step:
    """Returns the row of the table. Raises ValueError where the kind has no such stage."""
    for step in TABLE[ProceedingKind(kind)]:
        if step.stage == stage:
            return step
    raise ValueError(f"{kind} has no stage {stage}.")


def steps_after(kind: str, stage: str) -> list[Step]:
    """Returns the steps that may follow a stage, in the order of the table."""
    return [step for step in TABLE[ProceedingKind(kind)] if stage in step.after]


def transitions_of(kind: ProceedingKind) -> list[tuple[str, str]]:
    """Returns the moves from one stage to another that the database lets a kind make."""
    return sorted(
        (before.value, step.stage.value)
        for step in TABLE[kind]
        for before in step.after
        if before != step.stage and _has(kind, before)
    )


def _has(kind: ProceedingKind, stage: Stage) -> bool:
    return any(step.stage == stage for step in TABLE[kind])


#: The pairs that may stand in one row.
STAGES_OF: Final[dict[ProceedingKind, tuple[Stage, ...]]] = {
    kind: tuple(step.stage for step in steps) for kind, steps in TABLE.items()
}
