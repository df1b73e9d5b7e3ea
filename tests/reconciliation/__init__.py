"""Tests that mirror chalicelib/reconciliation."""
