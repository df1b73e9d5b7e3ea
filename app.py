"""The Chalice object: the HTTP interface, and the workers registered on it; nothing else."""

from chalicelib.web.service import app as app
from chalicelib.workers import clock, feedback, mail, manifest, reconciler, relay, rounds, waitlist

for worker in (relay, mail, feedback, waitlist, rounds, manifest, clock, reconciler):
    app.register_blueprint(worker.blueprint)
