"""Filing letters as they are owed, printing batches and handing them over."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.sealing import seal, unseal
from core.files import name_of, open_stored, store
from core.ids import uuid7
from loans.portfolios.models import Portfolio
from notifications.channels.models import ChannelAccount
from notifications.letters.layout import LetterText, print_letters, unprintable
from notifications.letters.models import Letter, LetterBatch
from notifications.outbox.models import Message
from notifications.outbox.values import written_date

_TABLE: Final = "notifications_letter"
#: One PDF of more would be unwieldy at a printer, and slow to make.
MOST_LETTERS: Final = 500


class CannotPrint(ValueError):
    """The font lacks characters of the letter, which would be printed as empty boxes."""

    def __init__(self, characters: Sequence[str]) -> None:
        super().__init__(" ".join(f"U+{ord(c):04X}" for c in characters))


@transaction.atomic
def file_letter(*, message_id: UUID, recipient: str, subject: str, body: str) -> Letter:
    """Files the letter of a message to be printed with the next batch; once filed it stays.

    Raises CannotPrint where the font has no shape for a character of it.
    """
    missing = unprintable(recipient + subject + body)
    if missing:
        raise CannotPrint(missing)
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("party__data_key", "portfolio", "account")
        .get(pk=message_id)
    )
    filed = Letter.objects.filter(message=message).first()
    if filed is not None:
        return filed
    assert message.account is not None  # claimed
    pk, now = uuid7(), clock.now()
    day = written_date(clock.local_today(message.portfolio.time_zone), message.language)
    told = {"recipient": recipient, "subject": subject, "body": body, "dated": day}
    return Letter.objects.create(
        id=pk,
        message=message,
        account=message.account,
        content=seal(
            key=message.party.data_key,
            plaintext=json.dumps(told, ensure_ascii=False),
            table=_TABLE,
            column="content",
            row_id=pk,
        ),
        filed_at=now,
    )


@transaction.atomic
def print_batch(
    *, account: ChannelAccount, by: Actor, portfolios: QuerySet[Portfolio] | None = None
) -> LetterBatch | None:
    """Prints what waits at an account into one PDF and keeps its bytes; None when nothing waits.

    `portfolios`: only letters of these, for who may read no others. Letters to people whose data
    was erased are left out.
    """
    ChannelAccount.objects.select_for_update().get(pk=account.pk)
    rows = Letter.objects.filter(
        account=account, batch=None, message__party__data_key__wrapped__isnull=False
    )
    if portfolios is not None:
        rows = rows.filter(message__portfolio__in=portfolios)
    waiting = list(
        rows.select_related("message__party__data_key").order_by("filed_at", "pk")[:MOST_LETTERS]
    )
    if not waiting:
        return None
    now = clock.now()
    texts = [_opened(letter) for letter in waiting]
    printed = print_letters(texts, settings=account.settings, made_at=now)
    batch = LetterBatch.objects.create(
        account=account,
        file=store(
            content=io.BytesIO(printed.pdf),
            name=f"letters-{now:%Y%m%d-%H%M%S}-{uuid7().hex[-6:]}.pdf",
            content_type="application/pdf",
        ),
        letter_count=len(waiting),
        page_count=sum(printed.pages),
        made_at=now,
        made_by=by.label,
    )
    page = 1
    for letter, count in zip(waiting, printed.pages, strict=True):
        letter.batch, letter.first_page, letter.page_count = batch, page, count
        page += count
    Letter.objects.bulk_update(waiting, ["batch", "first_page", "page_count"])
    tell_of(batch=batch, action="letters.printed", by=by)
    return batch


@transaction.atomic
def export_batch(*, batch: LetterBatch, folder: Path, by: Actor) -> Path:
    """Writes the kept bytes of a batch into a folder and returns the file, a line of the trail.

    Letters name people and what they owe: only their owner may read the file.
    """
    target = folder / name_of(batch.file)
    with open_stored(batch.file) as content, open(target, "wb", opener=_private) as out:
        shutil.copyfileobj(content, out)
    tell_of(batch=batch, action="letters.exported", by=by)
    return target


@transaction.atomic
def read_batch(*, batch: LetterBatch, by: Actor) -> tuple[str, IO[bytes]]:
    """Opens the kept bytes of a batch for who prints it, with its name; a line of the trail.

    Raises `core.files.FileMissing` where the file is gone; then nothing is noted.
    """
    content = open_stored(batch.file)
    tell_of(batch=batch, action="letters.read", by=by)
    return name_of(batch.file), content


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _opened(letter: Letter) -> LetterText:
    told = json.loads(
        unseal(
            key=letter.message.party.data_key,
            sealed=letter.content,
            table=_TABLE,
            column="content",
            row_id=letter.pk,
        )
    )
    return LetterText(**told, reference=letter.message.reference[-8:])


def tell_of(*, batch: LetterBatch, action: str, by: Actor) -> None:
    """Writes what was done with a batch into the trail."""
    record(
        action=action,
        by=by,
        object_type="notifications.LetterBatch",
        object_id=batch.pk,
        portfolio_id=batch.account.portfolio_id,
        data={"pages": batch.page_count, "sha256": batch.file.sha256},
        count=batch.letter_count,
    )
