"""Demand letters: what was drawn up, approved, posted, and how it arrived."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Approval
from collections_app.cases.models import Case
from collections_app.legal.letter_flow import LETTER_TRANSITIONS, LetterKind, LetterState
from collections_app.legal.models import CaseRowQuerySet
from compliance.attempts.models import Attempt
from compliance.notices.models import ServedNotice
from core.facts.models import FactModel
from core.files import StoredFile
from core.ids import uuid7_pk
from loans.borrowers.models import Address, Party
from notifications.templates.models import TemplateVersion

#: In these states a letter went out, or may still.
STANDING = (
    LetterState.DRAWN,
    LetterState.PROPOSED,
    LetterState.APPROVED,
    LetterState.POSTED,
)


class DemandLetter(models.Model):
    """One demand for payment to one person, its PDF kept as it was approved.

    The figures are those at the end of `as_of`, a business date; the PDF is made once and every
    print is a copy of the bytes that are kept.
    """

    id = uuid7_pk()
    number = models.PositiveIntegerField(pgettext_lazy("a matter", "number"), unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="demand_letters")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="demand_letters")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        _("demands"), max_length=12, choices=LetterKind, default=LetterKind.DEMAND.value
    )
    basis = models.CharField(
        _("clause or law"),
        max_length=200,
        blank=True,
        help_text=_("By which the whole loan is called due."),
    )
    wording = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10)
    as_of = models.DateField(_("figures of"))
    pay_by = models.DateField(_("payment demanded by"))
    # Amounts by name, as text, in the portfolio's currency: `letters.FIGURES`.
    figures = models.JSONField(_("figures"))
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    page_count = models.PositiveSmallIntegerField(_("pages"))
    state = models.CharField(
        _("state"), max_length=9, choices=LetterState, default=LetterState.DRAWN.value
    )
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, related_name="demand_letter"
    )
    drawn_at = models.DateTimeField(_("drawn up"))
    drawn_by = models.CharField(_("drawn up by"), max_length=120)
    attempt = models.OneToOneField(
        Attempt, on_delete=models.PROTECT, null=True, related_name="demand_letter"
    )
    posted_on = models.DateField(pgettext_lazy("a letter", "posted"), null=True)
    courier = models.CharField(_("courier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("courier's number"), max_length=60, blank=True)
    ended_on = models.DateField(_("delivered or back"), null=True)
    counts_as_served = models.BooleanField(
        _("counts as arrived"),
        default=False,
        help_text=_("Delivered, or it came back from the address agreed in the contract."),
    )
    notice = models.OneToOneField(
        ServedNotice, on_delete=models.PROTECT, null=True, related_name="demand_letter"
    )

    objects = CaseRowQuerySet["DemandLetter"].as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("demand letter")
        verbose_name_plural = _("demand letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="demand_letter_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=LetterKind.DEMAND.value, basis="")
                | (Q(kind=LetterKind.ACCELERATION.value) & ~Q(basis="")),
                name="demand_letter_rests_on_something",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drawn", "void"]) | Q(approval__isnull=False),
                name="demand_letter_out_with_approval",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["posted", "delivered", "returned"],
                    posted_on__isnull=False,
                    attempt__isnull=False,
                )
                | (
                    ~Q(state__in=["posted", "delivered", "returned"])
                    & Q(posted_on__isnull=True, attempt__isnull=True)
                ),
                name="demand_letter_posted_through_the_gate",
            ),
            models.CheckConstraint(
                condition=Q(counts_as_served=False, notice__isnull=True)
                | Q(
                    counts_as_served=True,
                    notice__isnull=False,
                    state__in=["delivered", "returned"],
                ),
                name="demand_letter_served_with_notice",
            ),
            models.UniqueConstraint(
                fields=["case", "party"],
                condition=Q(state__in=[state.value for state in STANDING]),
                name="demand_letter_one_standing",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="demand_letter_life",
                field="state",
                transitions=[(start.value, end.value) for start, end in LETTER_TRANSITIONS],
            ),
            pgtrigger.ReadOnly(
                name="demand_letter_fixed",
                fields=[
                    *(
                        "number",
                        "case",
                        "party",
                        "address",
                        "kind",
                        "basis",
                        "wording",
                        "language",
                        "as_of",
                    ),
                    *("pay_by", "figures", "file", "page_count", "drawn_at", "drawn_by"),
                ],
            ),
            pgtrigger.Protect(name="demand_letter_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_acceleration(self) -> bool:
        return self.kind == LetterKind.ACCELERATION

    @property
    def label(self) -> str:
        """The number as people quote it, printed on the letter."""
        return f"D-{self.number:04}"


class DemandLetterEvent(FactModel):
    """A state that a demand letter came to. Never edited."""

    letter = models.ForeignKey(DemandLetter, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=9, choices=LetterState)
    on = models.DateField(_("day"))
    by = models.CharField(_("by"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(FactModel.Meta):
        verbose_name = _("event of a demand letter")
        verbose_name_plural = _("events of demand letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="demand_letter_event_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.state}"
