"""The Chalice object, its blueprints and the HTTP middleware; nothing else."""

from chalice import Chalice

from chalicelib.web import (
    additions,
    allotments,
    attendees,
    catering,
    door,
    embed,
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
    sessions,
    todo,
)
from chalicelib.web.routing import middleware
from chalicelib.workers import clock, feedback, mail, manifest, reconciler, relay, rounds, waitlist

app = Chalice(app_name="tilmelding")
app.register_middleware(middleware, "http")

for part in (
    public,
    embed,
    participant,
    own_forms,
    own_data,
    sessions,
    organiser,
    event_form,
    allotments,
    attendees,
    hand,
    holds,
    door,
    catering,
    journal,
    todo,
    manifests,
    additions,
):
    app.register_blueprint(part.blueprint)
for worker in (relay, mail, feedback, waitlist, rounds, manifest, clock, reconciler):
    app.register_blueprint(worker.blueprint)
