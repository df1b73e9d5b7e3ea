"""Signing in: one-time links, sessions, roles, and the guard of each organiser route."""
