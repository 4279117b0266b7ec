"""Files without sound, of words and times, that lie beside a sound file. One module for each format."""
