"""The practice log, which records the listener's sessions, and statistics from it."""
