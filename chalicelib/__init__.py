"""Tilmelding: event registration with waitlists and travel manifests."""

import gc

VERSION = "0.1.0"

# A start makes some 130,000 objects and keeps them: to look through them for garbage, again and again as they are
# more, is a tenth of the start and finds none.
gc.set_threshold(200_000)
