"""Tests that mirror chalicelib/workers."""
