"""What the benchmarks' figures rest on."""
