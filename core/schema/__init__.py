"""How tables are made, and what a database is asked before it is migrated."""
