"""Telephony: what places a call, what it tells us about it, and where that is kept."""
