"""Tests that mirror chalicelib/audit."""
