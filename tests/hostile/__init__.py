"""Requests that are meant to do harm."""
