"""Tests that mirror chalicelib/auth."""
