"""Gathers the admin of the app's concepts."""

from reporting.dossier.admin import DossierAdmin

__all__ = ["DossierAdmin"]
