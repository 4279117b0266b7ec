"""MP3 files, put together from frames that were encoded once and kept."""
