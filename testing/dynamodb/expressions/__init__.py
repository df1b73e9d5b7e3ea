"""Compile condition, key condition, update and projection expressions."""
