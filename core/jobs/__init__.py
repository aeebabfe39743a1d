"""Background steps that run once and can be resumed, and who is alive to run them."""

from core.jobs.models import Heartbeat, JobRun
from core.jobs.services import Step, record_heartbeat, run_step, seen_within

__all__ = ["Heartbeat", "JobRun", "Step", "record_heartbeat", "run_step", "seen_within"]
