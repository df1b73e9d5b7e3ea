"""The travel manifest's tests."""
