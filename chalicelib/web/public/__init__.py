"""The routes and pages that need no link and no sign-in."""
