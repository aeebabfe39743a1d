"""The Celery application. Its schedule is `config.schedule`, its settings are CELERY_*."""

import os
import time
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun

import config.task_log  # noqa: F401 - connects to the signals of tasks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("makegood")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_our_logging(**kwargs: Any) -> None:
    """Keeps Celery from replacing the JSON log with its own."""
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)


_started: dict[str, float] = {}


@task_prerun.connect
def start_the_watch(task_id: str, task: Any, **kwargs: Any) -> None:
    """Remembers when a task of the schedule began; a worker's process runs one at a time."""
    if task.name in _scheduled():
        _started[task_id] = time.monotonic()


@task_postrun.connect
def note_last_run(task_id: str, task: Any, state: str | None, retval: Any, **kwargs: Any) -> None:
    """Keeps when each task of the schedule last ended and how, for the page of jobs."""
    began = _started.pop(task_id, None)
    if began is None:
        return
    from django.db import DatabaseError

    from core.jobs import record_last_run

    error = repr(retval) if state not in {"SUCCESS", None} else ""
    took = timedelta(seconds=time.monotonic() - began)
    try:
        record_last_run(task=task.name, took=took, error=error)
    except DatabaseError:
        return  # the task has ended and said so in the log; this is only for looking at


def _scheduled() -> frozenset[str]:
    from config.schedule import BEAT_SCHEDULE

    return frozenset(entry["task"] for entry in BEAT_SCHEDULE.values())
