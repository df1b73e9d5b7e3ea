"""The contract: what the project relies on DynamoDB for, asked of each backend that the tests use in its place.

Where a backend does otherwise the test says so, with the documentation's word: `@deviates(backend, word)`.
"""
