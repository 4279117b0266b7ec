"""Tools for all other packages: units, files, errors, folders, threads and processes. They know nothing of sessions."""
