"""Faults on purpose: real workers, broker, database and provider are killed, frozen and restarted.

The provider's own log is the truth. Nothing owed may be missing from it without a reason, nothing
may stand in it twice. `docs/reliability.md` says how to run the long forms and what was seen.
"""
