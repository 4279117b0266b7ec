"""The listener's choices: one table with a row for each choice, and the file that keeps them."""
