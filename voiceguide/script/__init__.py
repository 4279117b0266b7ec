"""What will be heard, untimed: cues, the compiler's passes, the program's own words, the script's text form, SSML."""
