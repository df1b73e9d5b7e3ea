"""AWS with faults: table, queues, bucket and SES that fail, repeat and delay, for tasks that interleave.

All chance comes from the dice that the world hands in, so the same seed gives the same faults.
"""
