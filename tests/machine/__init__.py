"""A state machine of the waitlist: any steps of people, organisers, workers and the clock keep its invariants."""
