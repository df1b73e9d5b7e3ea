"""Tests that mirror chalicelib/aws."""
