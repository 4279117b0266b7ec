"""The colours of every drawing of a session."""

from __future__ import annotations

COLOURS = {"speech": "#4c78a8", "hold": "#f2c879", "chime": "#b3552e"}
"""Colour of each kind of event."""

PAPER, INK, FAINT = "#fbfaf7", "#2b2b2b", "#8a8780"
