"""The cover picture of a session's file."""
