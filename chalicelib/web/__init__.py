"""The HTTP edge: routes, requests, answers, pages."""
