"""Whatever people, organisers, workers and the clock do, in any order: what always holds of a waitlist, holds."""
