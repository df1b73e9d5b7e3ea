"""Forms that several audiences fill in: registrations, their changes, and reasons."""
