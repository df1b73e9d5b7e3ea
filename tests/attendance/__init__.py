"""Tests that mirror chalicelib/attendance."""
