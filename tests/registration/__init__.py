"""Tests that mirror chalicelib/registration."""
