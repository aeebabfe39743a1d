"""Figures of speed beside their floors, measured in one run. See README.md and bin/bench."""
