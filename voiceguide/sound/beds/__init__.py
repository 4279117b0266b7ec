"""Beds: quiet continuous sounds under a session, made here or read from a file."""
