"""Tests that mirror chalicelib/links."""
