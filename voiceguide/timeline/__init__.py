"""The times of a session: every cue at its exact frame, the chapters, and the picture of the session."""
