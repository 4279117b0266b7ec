"""A Timeline to a file: one writer per format."""
