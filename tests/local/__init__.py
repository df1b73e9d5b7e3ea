"""Tests that mirror infra/local: the local AWS and the runner."""
