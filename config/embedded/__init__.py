"""A real PostgreSQL and a real Redis under `var/`, for `bin/demo` and `bin/test` only.

Production settings refuse them: see `config.safety`.
"""
