"""When: every cue at its exact frame, the chapters, and the picture of a session."""
