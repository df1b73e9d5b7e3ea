"""The service on this machine with one command, `python -m infra.local`, which is what `make run` starts."""
