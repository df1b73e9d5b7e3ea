"""What an organiser does by hand, with a reason."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.audit.audit_log import Actor
from chalicelib.programme.model import Event
from chalicelib.registration import overrides, store
from chalicelib.registration.model import Registration
from testing.world import reload

WHY = Actor("organiser@network.example", "because they speak")


def promote(event: Event, who: Registration, **how: Any) -> Registration:
    return overrides.promote(event, who.id, WHY, clock.now(), **how)


def refused(event: Event, who: Registration, why: type[Exception], **how: Any) -> None:
    before, places = reload(who), store.read_places(event.id)
    with pytest.raises(why):
        promote(event, who, **how)
    assert (reload(who), store.read_places(event.id)) == (before, places)
