"""Tests of what the benchmarks count; what they measure is held by nothing."""
