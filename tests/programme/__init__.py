"""Tests that mirror chalicelib/programme."""
