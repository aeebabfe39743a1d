"""Letters: filed one by one as they are owed, printed in batches whose bytes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet, sees_all_portfolios
from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from loans.portfolios.models import Portfolio
from notifications.channels.models import ChannelAccount
from notifications.outbox.models import Message

if TYPE_CHECKING:
    from accounts.models import User


class LetterFailure(models.TextChoices):
    """Why a printed letter did not reach its reader."""

    NOT_POSTED = "not_posted", _("not posted")
    CAME_BACK = "came_back", _("came back")


class LetterBatchQuerySet(ScopedQuerySet["LetterBatch"]):
    def scoped_to(self, user: User) -> Self:
        """Batches that hold letters of the user's portfolios alone: a PDF is read whole."""
        if sees_all_portfolios(user):
            return self
        strange = Letter.objects.filter(batch=OuterRef("pk")).exclude(
            message__portfolio__in=Portfolio.objects.visible_to(user)
        )
        return self.filter(~Exists(strange))


class LetterBatch(models.Model):
    """One PDF to print and post. Printing it again gives the very same bytes."""

    id = uuid7_pk()
    account = models.ForeignKey(
        ChannelAccount, on_delete=models.PROTECT, related_name="letter_batches"
    )
    file = models.OneToOneField("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    letter_count = models.PositiveIntegerField(_("letters"))
    page_count = models.PositiveIntegerField(_("pages"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("made by"), max_length=120)
    posted_on = models.DateField(_("posted"), null=True, blank=True)
    posted_by = models.CharField(_("posted by"), max_length=120, blank=True)

    objects = LetterBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("batch of letters")
        verbose_name_plural = _("batches of letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True, posted_by="")
                | (Q(posted_on__isnull=False) & ~Q(posted_by="")),
                name="letter_batch_posted_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="letter_batch_fixed",
                fields=["account", "file", "letter_count", "page_count", "made_at", "made_by"],
            ),
            pgtrigger.Protect(name="letter_batch_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class Letter(models.Model):
    """One letter: whom to, subject and text, sealed under the person's key as it will be printed.

    A message has one letter at most, so filing it twice prints it once.
    """

    id = uuid7_pk()
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="letter")
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="letters")
    content = SealedField(_("letter"), null=False, blank=False)
    filed_at = models.DateTimeField(_("filed"))
    batch = models.ForeignKey(
        LetterBatch, on_delete=models.PROTECT, null=True, related_name="letters"
    )
    first_page = models.PositiveIntegerField(_("first page"), null=True)
    page_count = models.PositiveSmallIntegerField(_("pages"), null=True)
    failure = models.CharField(_("why failed"), max_length=10, choices=LetterFailure, blank=True)
    failure_note = models.CharField(_("what happened"), max_length=200, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True)
    failed_by = models.CharField(_("noted by"), max_length=120, blank=True)

    class Meta:
        ordering = ["filed_at"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(batch__isnull=True, first_page__isnull=True, page_count__isnull=True)
                | Q(batch__isnull=False, first_page__gte=1, page_count__gte=1),
                name="letter_in_batch_has_its_pages",
            ),
            models.CheckConstraint(
                condition=Q(failure="", failed_at__isnull=True)
                | Q(
                    failure__in=LetterFailure.values,
                    failed_at__isnull=False,
                    batch__isnull=False,
                ),
                name="letter_failed_after_printing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "filed_at"],
                condition=Q(batch__isnull=True),
                name="letters_to_print",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="letter_fixed", fields=["message", "account", "content", "filed_at"]
            ),
            pgtrigger.Protect(name="letter_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}"
