"""Every call of the OpenAPI description, with values that it may and may not have.

Each response is one that the description has, of its type and shape; none is a server error. CASES says how many
calls are made each on its own, and a quarter of that after one another; SEED, which.
"""

import os
import sys
from collections import Counter
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.web.openapi import build_description
from tests.hostile.inhabited import DOOR, ORGANISER, Known, move_in
from tests.hostile.site import Site

SEED = int(os.environ.get("SEED") or "20191120")
CASES = int(os.environ.get("CASES") or "300")
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: What no answer may let slip.
LEAKS = (
    "Traceback",
    "chalicelib",
    "botocore",
    'File "',
    "pydantic",
    "test-signing-key",
    "test-session-key",
    "test-identity-key",
)
#: Calls that end the session that they come with.
ENDING_SESSIONS = ("/organiser/sign-out",)
#: And calls that end all sessions of their person, by a person of their own.
ENDING_ALL = ("/organiser/sign-out-everywhere", "/organiser/sessions")
ACCEPTED = st.sampled_from(["*/*", "application/json", "text/html", "text/csv", "x/" * 300])
MOSTLY = st.sampled_from([True] * 9 + [False])
LANGUAGES = st.sampled_from(["da", "en", "", "x" * 300])


def choose_session(path: str, known: Known) -> str:
    """Choose the run's own session; a call that ends its session gets one for itself, so the run goes on."""
    if path in ENDING_ALL:
        return issue_token(DOOR, clock.now())
    return issue_token(ORGANISER, clock.now()) if path in ENDING_SESSIONS else known.session


def calls(operation: Any, known: Known) -> st.SearchStrategy[Case[Any]]:
    """Draw the call as its description has it, and otherwise.

    It is mostly about what is there, and mostly an organiser's.
    """
    described = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    bodies: list[Any] = known.bodies.get((operation.method, operation.path), [])

    @st.composite
    def call(draw: st.DrawFn) -> Case[Any]:
        case: Case[Any] = draw(described)
        for name in case.path_parameters or {}:
            if name in known.parameters and draw(MOSTLY):
                case.path_parameters[name] = draw(st.sampled_from(known.parameters[name]))
        for name in case.query or {}:
            if name in known.query and draw(MOSTLY):
                case.query[name] = draw(st.sampled_from(known.query[name]))
        has_body: bool = bool(bodies) and draw(st.booleans())
        if has_body:
            case.body, case.media_type = draw(st.sampled_from(bodies)), "application/json"
        asked = {"Accept-Language": draw(LANGUAGES), "Accept": draw(ACCEPTED)}
        headers: Any = dict(case.headers or {}) | asked  # any mapping will do
        case.headers = headers
        if operation.path.startswith("/organiser") and draw(MOSTLY):
            case.headers["Authorization"] = f"Bearer {choose_session(operation.path, known)}"
        return case

    return call()


def check(case: Case[Any], answer: schemathesis.Response) -> None:
    """Check a response against the description, and that it leaks nothing of the code."""
    case.validate_response(answer, checks=CHECKS)
    assert not any(leak.encode() in answer.content for leak in LEAKS), answer.content


@pytest.fixture
def known(site: Site, environment: pytest.MonkeyPatch) -> Known:  # noqa: ARG001 - the site must be there
    """Fill the site, and return what a caller may know of it."""
    return move_in(environment)


@pytest.fixture
def schema(site: Site) -> Any:  # the description says where the site is
    """Return the description, with the site's own address."""
    schema = schemathesis.openapi.from_dict(build_description())
    schema.config.update(base_url=site.address)
    return schema


def test_every_call_answers_as_described(
    site: Site, known: Known, schema: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """From one and the same state, each call on its own."""
    operations = [result.ok() for result in schema.get_all_operations()]
    saved, statuses, wrong = site.saved(), Counter[int](), []
    with requests.Session() as session:
        for operation in operations:

            @seed(SEED)
            @hypothesis_settings(
                max_examples=max(1, CASES // len(operations)),
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(calls(operation, known))
            def answers_as_described(case: Case[Any]) -> None:
                site.restore(saved)
                answer = case.call(session=session, allow_redirects=False)
                check(case, answer)
                statuses[answer.status_code] += 1

            try:
                answers_as_described()
            except (AssertionError, FailureGroup) as error:  # the others are to be heard as well
                wrong.append(f"{operation.label}: {error}")
    with capsys.disabled():
        sys.stdout.write(f"\n{statuses.total()} calls: {dict(sorted(statuses.items()))}\n")
    assert not wrong, "\n\n".join(wrong)


def test_calls_after_one_another_answer_as_described(site: Site, known: Known, schema: Any) -> None:
    """The response of one call gives the parameters of the next."""
    saved = site.saved()
    session = requests.Session()
    statuses = Counter[int]()

    class Calls(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            site.restore(saved)

        def before_call(self, case: Case[Any]) -> None:
            if case.operation.path.startswith("/organiser"):
                session_token = choose_session(case.operation.path, known)
                headers: Any = dict(case.headers or {}) | {"Authorization": f"Bearer {session_token}"}
                case.headers = headers
            if bodies := known.bodies.get((case.operation.method, case.operation.path)):
                case.body, case.media_type = bodies[0], "application/json"

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:  # noqa: ARG002 - the same for each
            return {"session": session, "allow_redirects": False}

        def validate_response(self, response: Any, case: Case[Any], **_more: Any) -> None:
            check(case, response)
            statuses[response.status_code] += 1

    steps = 10
    with session:
        run_state_machine_as_test(
            Calls,
            settings=hypothesis_settings(
                max_examples=max(1, CASES // steps // 4),
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    sys.stdout.write(f"\n{statuses.total()} calls after one another: {dict(sorted(statuses.items()))}\n")
    assert statuses[200], statuses
    assert statuses[401] < statuses[200], statuses  # the run's own session lasts
