"""Attendance: who has come, written down at the door."""
