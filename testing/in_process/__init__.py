"""The functions, called one after the other in this process, with usage counted as AWS bills it."""
