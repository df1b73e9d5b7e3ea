"""Attendance: check-in at the door."""
