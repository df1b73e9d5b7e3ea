"""The template's table in this process's memory, to measure our own code without a network."""

import os
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib import clock
from chalicelib.aws import table
from testing import account
from testing.dynamodb.client import Client, create_client
from testing.dynamodb.schema import load_schema
from testing.process import NOW


def use_memory_table() -> Client:
    """Use an empty table in memory from here on, and start the clock at the tests' moment."""
    client = create_client(load_schema())
    os.environ.update(account.ENVIRONMENT | account.build_settings())
    double: Any = client  # has the methods of a DynamoDBClient that the project calls
    table.client = cache(lambda: double)
    clock.start_at(datetime.fromisoformat(NOW))
    return client
