"""What every room stands on: units, files, errors, folders, threads and processes. It knows nothing of sessions."""
