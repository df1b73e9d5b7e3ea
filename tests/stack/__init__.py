"""The whole system, running as `make run` runs it, asked over HTTP as its users ask.

Each test uses an event of its own, so that none is in another's way.
"""
