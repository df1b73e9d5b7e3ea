"""Test support that tests, simulation and benchmarks share.

Builders of people and events, flows in short form, an AWS account from the template, an in-memory DynamoDB, AWS
with faults, and the invariants of the waitlist. It imports chalicelib, app and infra, never tests or benchmarks.
"""
