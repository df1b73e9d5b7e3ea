"""Tests that mirror chalicelib/web/forms."""
