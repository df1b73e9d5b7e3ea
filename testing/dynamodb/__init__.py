"""Double the DynamoDB client in this process's memory, as far as this project uses it.

A transaction takes well under a millisecond, so simulations run very many of them. The double refuses what
DynamoDB refuses, and raises NotImplementedError for what it does not know. It has no clock and no randomness of
its own. `tests/contract` holds it to the same behaviour as the other backends.

Table and index are always consistent, and nothing is throttled: faults of the network and of contention are
injected at its boundary (`Client.before`, `Client.after`).
"""
