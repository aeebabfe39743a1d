"""What became of printed letters: posted on a day, not posted, or come back."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.attempts.models import Outcome
from compliance.attempts.services import correct_outcome
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from notifications.letters.models import Letter, LetterBatch, LetterFailure
from notifications.letters.services import tell_of
from notifications.outbox.events import move, tell
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message


@transaction.atomic
def mark_posted(*, batch: LetterBatch, on: date, by: Actor) -> LetterBatch:
    """Notes the day a batch went to the post, on every message whose letter was in it.

    Raises ValidationError when it did before, or for a day before the batch was made or to come.
    """
    locked = LetterBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.posted_on is not None:
        raise ValidationError(
            _("%(by)s posted these letters on %(day)s.")
            % {"by": locked.posted_by, "day": locked.posted_on.isoformat()}
        )
    # A day of slack: the date is the printer's, and its place may be ahead of ours or behind.
    if not (on - locked.made_at.date()).days >= -1 or (on - clock.now().date()).days > 1:
        raise ValidationError(_("Give a day between the printing and today."))
    locked.posted_on, locked.posted_by = on, by.label
    locked.save(update_fields=["posted_on", "posted_by"])
    out = Message.objects.filter(letter__batch=locked, letter__failure="")
    tell(list(out), word="posted", values={"day": on.isoformat()}, by=by.label)
    tell_of(batch=locked, action="letters.posted", by=by)
    return locked


@transaction.atomic
def mark_failed(*, letter: Letter, failure: str, note: str, by: Actor) -> Letter:
    """Notes that one printed letter was not posted or came back; its message follows.

    One that never left was no contact after all. To the address of one that came back no letter is
    planned again. Raises ValidationError for a letter that is not printed or has failed before,
    without a note, and for one that comes back before its batch was posted.
    """
    # The batch first, as when it is posted: a letter is not said to be posted while it fails.
    LetterBatch.objects.select_for_update().filter(pk__in=[letter.batch_id]).first()
    locked = (
        Letter.objects.select_for_update(of=("self",))
        .select_related("batch", "message")
        .get(pk=letter.pk)
    )
    _check_failure(locked, failure, note)
    message = Message.objects.select_for_update(of=("self",)).get(pk=locked.message.pk)
    if message.state != MessageState.ACCEPTED:
        raise ValidationError(_("This letter has ended already."))
    locked.failure, locked.failure_note = failure, note.strip()[:200]
    locked.failed_at, locked.failed_by = clock.now(), by.label
    locked.save(update_fields=["failure", "failure_note", "failed_at", "failed_by"])
    said = {"said": locked.failure_note}
    # Each failure is a reason of a message, too, under the same name.
    move(message, MessageState.UNDELIVERED, word=failure, values=said, by=by.label)
    if failure == LetterFailure.NOT_POSTED:
        assert message.attempt is not None  # by constraint
        correct_outcome(
            attempt=message.attempt, outcome=Outcome.NOT_MADE, reason=locked.failure_note, by=by
        )
    record(
        action="letter.failed",
        by=by,
        object_type="notifications.Letter",
        object_id=locked.pk,
        portfolio_id=message.portfolio_id,
        reason=locked.failure_note,
        data={"failure": failure, "batch": str(locked.batch_id)},
    )
    return locked


def _check_failure(letter: Letter, failure: str, note: str) -> None:
    if failure not in LetterFailure.values:
        raise ValidationError(_("Say whether it was not posted or came back."))
    if not note.strip():
        raise ValidationError(_("Say what happened to the letter."))
    if letter.batch is None:
        raise ValidationError(_("This letter is not printed yet."))
    if letter.failure:
        raise ValidationError(
            _("%(by)s has noted it before: %(note)s.")
            % {"by": letter.failed_by, "note": letter.failure_note}
        )
    if failure == LetterFailure.CAME_BACK and letter.batch.posted_on is None:
        raise ValidationError(_("Say first when the batch was posted."))
