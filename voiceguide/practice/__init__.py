"""What the listener did: the practice log, and what can be read out of it."""
