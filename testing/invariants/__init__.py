"""Check the invariants of the waitlist on the records that the table has of an event."""
