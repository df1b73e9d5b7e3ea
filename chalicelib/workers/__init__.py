"""The workers: the functions behind stream, queues and schedule. Each decodes its batch and calls one flow."""
