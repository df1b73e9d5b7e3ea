"""What organisers did (the audit log), and what waits for them (tasks)."""
