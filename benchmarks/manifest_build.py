"""Build a manifest once, as the manifest worker does: `python -m benchmarks.manifest_build EVENT VERSION`."""

import sys

from benchmarks.measuring import print_cost
from chalicelib import clock
from chalicelib.aws import keys
from chalicelib.facts import ManifestRequested
from chalicelib.travel import flows


def main(event_id: str, version: str) -> None:
    """Build the version, and print the cost."""
    now = clock.now()
    requested, _ = flows.request(event_id, "benchmark", now)
    assert requested.version == int(version)
    fact = ManifestRequested(event_id=event_id, at=keys.format_timestamp(now), version=requested.version)
    print_cost(lambda: flows.build(fact, now))
    assert flows.get_version(event_id, requested.version).status == "ready"


if __name__ == "__main__":
    main(*sys.argv[1:])
