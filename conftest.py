"""Rewrites the asserts of `testing`, so that they report values as those of tests do."""

import pytest

pytest.register_assert_rewrite("testing")
