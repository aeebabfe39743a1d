"""`bin/demo`: everything on one machine, started and stopped together."""
