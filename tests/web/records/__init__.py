"""Tests that mirror chalicelib/web/records."""
