"""The demonstration portfolios: invented people and loans, made through the real services."""
