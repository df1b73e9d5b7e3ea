"""Tests that mirror chalicelib/histories."""
