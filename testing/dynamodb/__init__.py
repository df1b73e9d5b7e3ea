"""A double of the DynamoDB client in this process's memory, as far as this project uses it.

For simulations of very many steps: a transaction takes well under a millisecond. It refuses what DynamoDB
refuses, and raises NotImplementedError for what it does not know. It has no clock and no randomness of its own.
`tests/contract` holds it to the same behaviour as the other backends.

It is always consistent, its index too, and never throttles: what may go wrong in the network or under contention
is put in at its boundary (`Client.before`, `Client.after`).
"""
