"""What is held about a registration in words, for its participant and for organisers."""
