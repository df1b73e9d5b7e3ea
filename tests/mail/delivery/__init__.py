"""Tests that mirror chalicelib/mail/delivery."""
