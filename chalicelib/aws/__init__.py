"""AWS: the table, the queues, keys, seals, rate limits, metrics and the log."""
