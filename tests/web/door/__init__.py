"""Tests that mirror chalicelib/web/door."""
