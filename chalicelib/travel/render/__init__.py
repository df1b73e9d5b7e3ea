"""One module for each kind of file that a manifest is rendered to."""
