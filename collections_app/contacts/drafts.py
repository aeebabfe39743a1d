"""What was typed about a case and not saved yet: kept on the server, sealed, until it is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Func, OuterRef, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.models import Draft
from core import clock
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import KeyDestroyed, seal, unseal

#: More than the logger can hold is no entry of it. Characters.
LONGEST_ENTRY: Final = 12_000


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as it was typed: field names and values, and when it was kept."""

    entry: dict[str, str]
    kept_at: datetime


@transaction.atomic
def keep_draft(*, case: Case, agent: User, entry: Mapping[str, str]) -> Draft:
    """Keeps what an agent typed about a case, in place of what was kept before.

    Raises ValidationError for a card number, which is kept nowhere, and for more text than the
    logger takes; what was kept before stays then.
    """
    for value in entry.values():
        refuse_card_numbers(value)
    text = json.dumps(dict(entry), ensure_ascii=False)
    if len(text) > LONGEST_ENTRY:
        raise ValidationError(_("This is too long to be kept. Shorten the note."))
    # Two tabs of one agent write one after the other; the later one stays.
    found = Draft.objects.select_for_update().filter(case=case, agent=agent).first()
    draft = found or Draft(case=case, agent=agent)
    draft.entry = seal(
        key=case.borrower.data_key,
        plaintext=text,
        table=Draft._meta.db_table,
        column="entry",
        row_id=draft.pk,
    )
    draft.kept_at = clock.now()
    draft.save(force_insert=found is None)
    return draft


def draft_facts(agent: User) -> ArraySubquery:
    """What the agent keeps about each case of a query, for `read_draft`."""
    kept = Draft.objects.filter(case=OuterRef("pk"), agent=agent)
    entry = Func("entry", Value("hex"), function="encode")
    return ArraySubquery(kept.values(facts=JSONObject(pk="pk", entry=entry, kept_at="kept_at")))


def read_draft(case: Case, facts: list[dict[str, str]]) -> KeptDraft | None:
    """Returns what `draft_facts` found on a case, in clear; None where nothing is kept."""
    if not facts:
        return None
    try:
        text = unseal(
            key=case.borrower.data_key,
            sealed=bytes.fromhex(facts[0]["entry"]),
            table=Draft._meta.db_table,
            column="entry",
            row_id=UUID(facts[0]["pk"]),
        )
    except KeyDestroyed:
        return None
    kept_at = datetime.fromisoformat(facts[0]["kept_at"])
    return KeptDraft(entry=json.loads(text), kept_at=kept_at)


def drop_draft(*, case: Case, agent: User) -> None:
    """Forgets what was typed; the entry is saved, or the agent threw it away."""
    Draft.objects.filter(case=case, agent=agent).delete()
