"""Messages that an agent sends by hand from a case: chosen wordings, a preview, the gate's word."""
