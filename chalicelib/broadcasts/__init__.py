"""Rounds: something that everybody at an event is told, page by page."""
