"""The organisers' routes and pages."""
