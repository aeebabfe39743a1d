"""Gathers the admin pages of the app's concepts; importing registers them."""

from loans.acceleration import admin as acceleration
from loans.borrowers import admin as borrowers
from loans.contracts import admin as contracts
from loans.delinquency import admin as delinquency
from loans.imports import admin as imports
from loans.portfolios import admin as portfolios
from loans.repayments import admin as repayments
from loans.vehicles import admin as vehicles

__all__ = [
    "acceleration",
    "borrowers",
    "contracts",
    "delinquency",
    "imports",
    "portfolios",
    "repayments",
    "vehicles",
]
