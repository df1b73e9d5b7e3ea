"""Processor time is attributed to the code that asked for it."""

import pytest

from benchmarks import profiling


@pytest.mark.parametrize(
    ("stack", "owner"),
    [
        ("_answer (infra/local/server.py:1);register (chalicelib/web/public/events.py:9)", "our code"),
        (
            "write (chalicelib/aws/table.py:9);_make_api_call (botocore/client.py:5);dumps (json/encoder.py:1)",
            "boto",
        ),
        ("run (threading.py:1);parse (infra/local/mailbox.py:80)", "the caught mails"),
        ("run (threading.py:1);handle (http/server.py:3);readline (socket.py:7)", "the HTTP server"),
        ("run (threading.py:1)", "Python itself"),
    ],
)
def test_the_innermost_known_frame_owns_it(stack: str, owner: str) -> None:
    """What the standard library does is put down to the code that called it."""
    assert profiling._find_owner(stack) == owner
