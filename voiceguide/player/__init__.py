"""Live: a session through the speakers of this machine."""
