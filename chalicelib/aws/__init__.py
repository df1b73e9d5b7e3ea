"""The table, the queues, keys, seals, rate limits and logs: all that is not about events."""
