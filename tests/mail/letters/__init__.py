"""Tests that mirror chalicelib/mail/letters."""
