"""What Prometheus reads: requests and tasks as they happen, the state of the work when asked.

Nothing is imported here: the directory that processes share must be known first (`shared`).
"""
