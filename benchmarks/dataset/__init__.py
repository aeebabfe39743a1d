"""The book that is measured: its loans, people, money and cases, made by set-based SQL."""
