"""Histories of registrations: lists of facts that stay short, because the oldest are folded."""
