"""How long what is held about people is held, and its deletion when that time is over."""
