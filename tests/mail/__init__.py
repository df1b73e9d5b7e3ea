"""Tests that mirror chalicelib/mail."""
