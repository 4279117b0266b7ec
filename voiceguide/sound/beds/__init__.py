"""Beds: quiet continuous sounds under a session, generated or read from a file."""
