"""Gathers the tasks of the concepts."""

from core.facts.tasks import sweep_consumers, wake

__all__ = ["sweep_consumers", "wake"]
