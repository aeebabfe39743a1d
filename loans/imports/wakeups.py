"""Waking a worker for an import once what is asked of it is committed."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction

log = structlog.get_logger(__name__)

#: The sweep sends another message soon; an old one need not stay in the queue.
_EXPIRES_SECONDS = 90


def wake_workers(import_id: UUID) -> None:
    """Sends the import to the workers after the transaction; without a broker it waits."""
    transaction.on_commit(lambda: send(import_id), robust=True)


def send(import_id: UUID) -> None:
    """Sends one import to the workers now. A message that is lost only delays: the sweep comes."""
    from loans.imports.tasks import run_import  # the tasks need the services, not they the tasks

    try:
        run_import.apply_async(args=(str(import_id),), retry=False, expires=_EXPIRES_SECONDS)
    except Exception as error:
        log.warning("import_wake_up_lost", import_id=str(import_id), error=repr(error))
