"""Places: allotments, registrations and the waitlist, one consistency boundary."""
