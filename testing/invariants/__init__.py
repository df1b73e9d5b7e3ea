"""Invariants of the waitlist, checked on the records that the table has of an event."""
