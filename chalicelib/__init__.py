"""Tilmelding: event registration with waitlists and travel manifests."""

VERSION = "0.1.0"
