"""The parts of `make package`: dependencies, archive, bill of materials, template, each with its checks."""


class NotPackaged(Exception):
    """There is no package; the message says why, in a sentence."""
