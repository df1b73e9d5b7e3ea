"""Clients that are generated from the OpenAPI description, tried on the served app: `make clients`."""
