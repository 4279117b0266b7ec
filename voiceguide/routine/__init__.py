"""Routines as their author wrote them: the model, the reader, move libraries, the search path and lints."""
