"""What became of a mail, written down."""

import pytest

pytestmark = pytest.mark.usefixtures("aws")
