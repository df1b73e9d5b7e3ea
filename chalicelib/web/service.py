"""The HTTP interface: what the HTTP function starts with, without the workers."""

from chalice import Chalice

from chalicelib.web import (
    additions,
    allotments,
    attendees,
    badges,
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
    privacy,
    public,
    sessions,
    todo,
)
from chalicelib.web.routing import middleware

app = Chalice(app_name="tilmelding")
app.register_middleware(middleware, "http")

for part in (
    public,
    embed,
    privacy,
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
    badges,
    journal,
    todo,
    manifests,
    additions,
):
    app.register_blueprint(part.blueprint)
