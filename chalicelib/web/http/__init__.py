"""HTTP itself: routing, requests, responses, problems, validation, templates, serializers."""
