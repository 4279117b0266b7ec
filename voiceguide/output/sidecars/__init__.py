"""Sidecars: files with words and times that lie beside a sound file. Each format has its own module."""
