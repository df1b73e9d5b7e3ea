"""Let strangers, the people whose addresses they register, and organisers meet at the same registrations.

A quarrel comes once the mails of a world have arrived, with faults again, and about a few people alone: so each of
them has their link, and what one does meets what another does at that moment.
"""

from functools import partial

from tests.simulation.people import Person
from tests.simulation.world import QUARREL_STEPS, World

_NEWCOMERS = 2  #: who hear first from the mail to them that they are registered


def quarrel(world: World) -> None:
    """Let them quarrel for a while, and drain, if the world has strangers."""
    if world.strangers.persons:
        world.strangers.focus = _choose_people(world)
        world.drain()
        world.faults.is_calm = False
        for _ in range(QUARREL_STEPS):
            _step(world)
        world.drain()


def _choose_people(world: World) -> list[Person]:
    """Choose some of those whom strangers registered, and newcomers whom they register now."""
    victims, count = sorted(world.strangers.victims, key=lambda each: each.name), len(world.people.persons)
    chosen = world.dice.sample(victims, min(len(victims), 1))
    for number in range(count, count + _NEWCOMERS):
        world.people.invite(number, world.event_ids)
        chosen.append(world.people.persons[-1])
        stranger = world.dice.choice(world.strangers.persons)
        world.begin(stranger.name, partial(world.strangers.register, stranger, chosen[-1]))
    return chosen


def _step(world: World) -> None:
    if world.tasks.unfinished and world.dice.random() < 0.75:
        world.tasks.resume_one()
        return
    person = world.dice.choice(world.strangers.focus)
    begin = world.dice.choices(
        (
            partial(world.start_person, person),
            partial(world.begin, "organiser", partial(world.organisers.act, person.event_id, [person])),
            world.start_stranger,
            world.relay,
            world.work,
        ),
        (5, 3, 8, 2, 2),
    )
    begin[0]()
