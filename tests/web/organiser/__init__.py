"""Tests that mirror chalicelib/web/organiser."""
