"""The travel manifest: passengers, transfers, rooms, food, contacts."""
