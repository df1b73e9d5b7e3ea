"""The Chalice object: the HTTP interface, and the workers registered on it; nothing else."""

from chalicelib.web import app as http
from chalicelib.web.app import app as app
from chalicelib.workers import broadcasts, clock, feedback, mail, manifest, reconciler, relay, waitlist

for word in http.LAZY_BLUEPRINTS:
    http.load_blueprints(word)
for worker in (relay, mail, feedback, waitlist, broadcasts, manifest, clock, reconciler):
    app.register_blueprint(worker.blueprint)
