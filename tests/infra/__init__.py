"""Tests that mirror infra: packaging, permissions, template and operators' commands."""
