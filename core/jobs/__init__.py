"""Background steps that run once and can be resumed, and who is alive to run them."""

from core.jobs.models import Heartbeat, JobRun, LastRun
from core.jobs.services import (
    Step,
    record_heartbeat,
    record_last_run,
    run_step,
    seen_within,
    step_lock_key,
)

__all__ = [
    "Heartbeat",
    "JobRun",
    "LastRun",
    "Step",
    "record_heartbeat",
    "record_last_run",
    "run_step",
    "seen_within",
    "step_lock_key",
]
