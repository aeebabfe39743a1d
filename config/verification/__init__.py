"""`bin/test`: every check of the project, in one run, each named and timed."""
