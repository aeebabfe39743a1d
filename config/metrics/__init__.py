"""What Prometheus reads: requests and tasks as they happen, the state of the work when asked.

Nothing is imported here: the directory that processes share (`counts_directory`) must be known
first.
"""
