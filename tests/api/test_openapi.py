"""The OpenAPI document says what the API does, and generated requests find no gap between the two."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from engine.api.operations import OPERATIONS
from tests.api.conftest import Client

#: Which values a start form or a task accepts is the form's to say, not the document's; tokens have tests of their own.
NOT_ASKED = [positive_data_acceptance, ignored_auth]


@pytest.fixture(scope="module")
def described(app: Flask) -> Any:
    """The document as a client gets it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", [operation.name for operation in OPERATIONS])
def test_generated_requests_get_the_described_answers(
    described: Any, lin: Client, name: str, mode: GenerationMode
) -> None:
    """Valid and invalid requests alike: no fault, no undocumented status, no body outside its shape."""
    operation = described.find_operation_by_id(name)

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    def hold(case: Case) -> None:
        case.call_and_validate(headers=lin.headers, excluded_checks=NOT_ASKED)

    hold()


def test_every_operation_stands_in_the_document(lin: Client) -> None:
    """Method, address, and both languages."""
    paths = lin.get("/openapi.json").json["paths"]

    for operation in OPERATIONS:
        described = paths[operation.path][operation.method.lower()]
        assert (operation.en, operation.zh) == (described["summary"], described["description"])


def test_the_page_for_people_lists_every_operation(lin: Client) -> None:
    """It needs no token and no script."""
    page = lin.client.get("/api/v1/docs").text

    assert [] == [o.name for o in OPERATIONS if f'id="{o.name}"' not in page]
    assert "<script" not in page
