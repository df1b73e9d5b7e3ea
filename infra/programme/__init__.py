"""The programme that ships with the system: one YAML file an event, and what reads them."""
