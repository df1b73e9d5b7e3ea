"""Call the functions one after the other in this process, and count usage as AWS bills it."""
