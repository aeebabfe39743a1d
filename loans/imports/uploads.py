"""Taking an uploaded file in: looked into, kept encrypted, and recognised if it was here before."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

from django.db import transaction

from accounts.models import User
from core.audit import Actor, record
from core.encryption import new_data_key
from core.files import store
from core.locks import Lock, advisory_lock
from loans.imports.errands import ask
from loans.imports.files import content_as_path
from loans.imports.kinds import find_kind
from loans.imports.models import STANDING_STATES, Errand, ImportBatch, ImportState
from loans.imports.requests import ImportOutcome
from loans.imports.sample import look_into
from loans.imports.wishes import Wish, remembered_wish
from loans.portfolios.models import Portfolio


def receive_file(
    *, portfolio: Portfolio, kind: str, content: IO[bytes], name: str, user: User
) -> ImportOutcome:
    """Keeps an uploaded file, encrypted, and asks for its check where its columns are remembered.

    A file that stands here already is not kept twice: its import comes back instead. Raises
    `ImportRefused` for a file that is too large or cannot be read; nothing is kept then.
    """
    found = find_kind(kind)
    with content_as_path(content, name=name) as path:
        sample = look_into(kind=found, path=path, file_name=name)
        wish = remembered_wish(portfolio=portfolio, kind=kind, titles=sample.titles)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        outcome = _keep(portfolio, kind, path, digest, name, wish, user)
    if wish is not None and not outcome.was_loaded_before:
        ask(batch=outcome.batch, errand=Errand.CHECK, user=user)
    return outcome


@transaction.atomic
def _keep(
    portfolio: Portfolio,
    kind: str,
    path: Path,
    digest: str,
    name: str,
    wish: Wish | None,
    user: User,
) -> ImportOutcome:
    # Two uploads of one file at the same moment: the second waits and finds the first.
    advisory_lock(Lock.IMPORT, f"{portfolio.pk}|{kind}|{digest}")
    standing = ImportBatch.objects.filter(
        portfolio=portfolio, kind=kind, sha256=digest, state__in=STANDING_STATES
    ).first()
    if standing is not None:
        return ImportOutcome(standing, was_loaded_before=True)
    key, by = new_data_key(), Actor.of(user)
    with path.open("rb") as content:
        stored = store(content=content, name=name, key=key)
    batch = ImportBatch.objects.create(
        portfolio=portfolio,
        kind=kind,
        file_name=name[-200:],
        sha256=digest,
        size=stored.size,
        state=ImportState.UPLOADED,
        wish=wish.as_stored() if wish else {},
        stored_file=stored,
        data_key=key,
        created_by=by.label[:120],
    )
    record(
        action="import.upload",
        by=by,
        object_type="loans.ImportBatch",
        object_id=batch.pk,
        portfolio_id=portfolio.pk,
        data={"kind": kind, "sha256": digest, "size": batch.size},
    )
    return ImportOutcome(batch)
