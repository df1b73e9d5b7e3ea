"""The functions behind stream, queues and clock: each decodes its batch and calls one flow."""
