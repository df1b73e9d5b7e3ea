"""Tests of the in-memory DynamoDB beside moto: the same steps, the same answers."""
