"""The numbers of the advisory locks: handed out here and nowhere else, never used again."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Lock(IntEnum):
    """What a lock guards. Take them in the order of their numbers, or two takers deadlock."""

    AUDIT_SEAL = 1
    JOB_STEP = 2
    IDEMPOTENCY = 3
    PORTFOLIO = 10
    IMPORT = 11
    PERSON = 12
    LOAN = 13
    CASE = 14
    CONTACT_SLOT = 15
    WORKLIST = 16
    MESSAGE = 17
    APPROVAL = 18
    ROLLUP = 19
    SEARCH = 20
    REVEAL = 21
    DEBT_SLOT = 22
    COMPLAINT_NUMBER = 23
    LEGAL_NUMBER = 27
