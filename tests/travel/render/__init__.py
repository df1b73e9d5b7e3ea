"""Each kind of file."""
