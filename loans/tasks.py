"""Gathers the tasks of the app's concepts."""

from loans.imports.tasks import run_import, sweep_imports

__all__ = ["run_import", "sweep_imports"]
