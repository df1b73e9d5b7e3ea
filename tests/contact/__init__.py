"""Tests that mirror chalicelib/contact."""
