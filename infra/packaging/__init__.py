"""What `make package` is made of: dependencies, archive, bill of materials, template, each with its checks."""


class NotPackaged(Exception):
    """There is no package; the message says why, in a sentence."""
