"""The Chalice object, its blueprints and the HTTP middleware; nothing else."""

from chalice import Chalice

from chalicelib.web import (
    additions,
    allotments,
    attendees,
    door,
    event_form,
    hand,
    holds,
    journal,
    manifests,
    organiser,
    own_data,
    own_forms,
    participant,
    public,
    sign_in,
    todo,
)
from chalicelib.web.routing import middleware
from chalicelib.workers import clock, feedback, mail, manifest, reconciler, relay, rounds, waitlist

app = Chalice(app_name="tilmelding")
app.register_middleware(middleware, "http")

for part in (
    public,
    participant,
    own_forms,
    own_data,
    sign_in,
    organiser,
    event_form,
    allotments,
    attendees,
    hand,
    holds,
    door,
    journal,
    todo,
    manifests,
    additions,
):
    app.register_blueprint(part.blueprint)
for worker in (relay, mail, feedback, waitlist, rounds, manifest, clock, reconciler):
    app.register_blueprint(worker.blueprint)
