"""The Chalice object: the HTTP interface, and the workers registered on it; nothing else."""

from chalicelib.web import service
from chalicelib.web.service import app as app
from chalicelib.workers import clock, feedback, mail, manifest, reconciler, relay, rounds, waitlist

for word in service.ON_DEMAND:
    service.bring(word)
for worker in (relay, mail, feedback, waitlist, rounds, manifest, clock, reconciler):
    app.register_blueprint(worker.blueprint)
