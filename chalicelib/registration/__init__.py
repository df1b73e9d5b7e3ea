"""Registration: allotments, registrations and the waitlist, which share one consistency boundary."""
