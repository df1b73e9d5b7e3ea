"""What the system costs in time and memory, measured on one machine: `make bench` writes docs/benchmarks.md.

Each part is a module with a `section`, which measures and says in Markdown what it found.
"""
