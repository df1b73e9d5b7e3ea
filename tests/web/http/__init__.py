"""Tests that mirror chalicelib/web/http."""
