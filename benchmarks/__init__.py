"""Benchmarks of the system's time, memory and cost on one machine: `make bench` writes docs/benchmarks.md.

Each part is a module with a `section`, which measures and returns its results as Markdown.
"""
