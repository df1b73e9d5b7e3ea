"""Retention: how long data about participants is held, and its deletion when that time is over."""
