"""Tests that mirror chalicelib/web/public."""
