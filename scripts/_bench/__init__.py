"""The parts of scripts/bench, from running processes to printing the table."""
