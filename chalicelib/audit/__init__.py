"""The audit log of the organisers' actions, and their open tasks."""
