"""Tests that mirror chalicelib/travel/lists."""
