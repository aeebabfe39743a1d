"""Files of the container images."""
