"""Tests that mirror chalicelib/party."""
