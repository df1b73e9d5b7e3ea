"""Reconciliation: recount counters and waitlist from the registrations."""
