"""The events: what is offered, when, where, and how many units of each scarce thing."""
