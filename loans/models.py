"""Gathers the models of the app's concepts."""

from loans.acceleration.models import Acceleration, AccelerationWithdrawal
from loans.borrowers.models import Address, ContactPoint, Party
from loans.contracts.models import Loan, LoanParty, PaymentInstruction, Schedule
from loans.delinquency.models import (
    BucketStay,
    Instalment,
    Pause,
    Position,
    PositionChange,
    ReplayDifference,
    Resume,
    StatedPosition,
)
from loans.imports.models import ImportBatch, ImportMapping, RowError, StagedRow
from loans.portfolios.models import (
    BucketRange,
    BucketScheme,
    FeedWatermark,
    Portfolio,
    PortfolioGrant,
    Product,
)
from loans.repayments.models import (
    Allocation,
    Charge,
    Chargeback,
    Refund,
    Repayment,
    RepaymentStateChange,
    Reversal,
    SuspenseItem,
    Waiver,
    WriteOff,
)
from loans.vehicles.models import Vehicle

__all__ = [
    "Acceleration",
    "AccelerationWithdrawal",
    "Address",
    "Allocation",
    "BucketRange",
    "BucketScheme",
    "BucketStay",
    "Charge",
    "Chargeback",
    "ContactPoint",
    "FeedWatermark",
    "ImportBatch",
    "ImportMapping",
    "Instalment",
    "Loan",
    "LoanParty",
    "Party",
    "Pause",
    "PaymentInstruction",
    "Portfolio",
    "PortfolioGrant",
    "Position",
    "PositionChange",
    "Product",
    "Refund",
    "Repayment",
    "RepaymentStateChange",
    "ReplayDifference",
    "Resume",
    "Reversal",
    "RowError",
    "Schedule",
    "StagedRow",
    "StatedPosition",
    "SuspenseItem",
    "Vehicle",
    "Waiver",
    "WriteOff",
]
