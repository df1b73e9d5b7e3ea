"""Tilmelding: event registration with waitlists and travel manifests."""

import gc

VERSION = "0.1.0"

# A cold start creates some 130,000 objects and keeps them. Collecting garbage again and again would take
# a tenth of the start and find none.
gc.set_threshold(200_000)
