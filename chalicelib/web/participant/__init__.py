"""The routes and pages of the holder of a registration's link."""
