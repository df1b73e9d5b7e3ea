"""The Chalice object and what is registered on it; nothing else."""

from chalice import Chalice

app = Chalice(app_name="tilmelding")
