"""Renderers, one module for each kind of file of a manifest."""
