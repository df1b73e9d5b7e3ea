"""Requests that nobody means well with."""
