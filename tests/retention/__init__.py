"""Tests that mirror chalicelib/retention."""
