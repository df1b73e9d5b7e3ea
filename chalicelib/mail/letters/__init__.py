"""Letters, the contents of mails: the catalogue, and one module per family of letters. Pure."""
