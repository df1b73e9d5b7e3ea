"""Rules and store against a backend that runs many at once, as DynamoDB does."""
