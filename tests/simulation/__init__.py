"""A whole world from one seed: people, organisers, functions, queues and a clock, interleaved call by call.

Each call to AWS may meet a fault. The same seed gives the same world.
"""
