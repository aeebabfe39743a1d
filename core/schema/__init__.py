"""What is asked of a database before it is migrated."""
