"""The compiler's passes, by what they see: whole moves, sides of moves, or cues. `compiler.PASSES` is their order."""
