"""Tests that mirror chalicelib/web/participant."""
