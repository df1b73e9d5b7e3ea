"""Letters: what a mail says, one module per family of letters. Pure."""
