"""Gathers the tasks of the app's concepts."""

from reporting.dossier.tasks import make_dossier, sweep_dossiers

__all__ = ["make_dossier", "sweep_dossiers"]
