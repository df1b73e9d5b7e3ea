"""The compiler of condition, key condition, update and projection expressions."""
