"""What the author wrote: the model, the reader, move libraries, the shelf of routines, lints."""
