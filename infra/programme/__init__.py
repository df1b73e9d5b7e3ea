"""The programme that ships with the system: one YAML file for each event, and its loader."""
