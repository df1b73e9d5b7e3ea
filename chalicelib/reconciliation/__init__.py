"""Reconciliation: counters and waitlist counted anew from the registrations."""
