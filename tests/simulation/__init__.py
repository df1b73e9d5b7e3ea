"""A whole world from one seed: people, organisers, functions, queues and a clock, interleaved call by call.

AWS has its faults in store at each call. What happens is the same each time that the seed is given.
"""
