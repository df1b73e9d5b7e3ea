"""The lists of a manifest, their checks and their comparison. Pure."""
