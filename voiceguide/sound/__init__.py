"""Samples: audio, clips, chimes, levels, the mixer. Knows nothing of words or routines."""
