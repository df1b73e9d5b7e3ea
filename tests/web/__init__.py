"""Tests that mirror chalicelib/web."""
