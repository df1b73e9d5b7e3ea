"""Broadcasts: news, a reminder or a question to the participants of an event, page by page."""
