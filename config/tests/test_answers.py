"""What every answer carries, and what a person reads when a request is refused."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config import environment, errors, security


@pytest.mark.django_db
def test_every_answer_has_the_strict_policy(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "object-src 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"CONTENT_LENGTH": str(settings.LUBAN_UPLOAD_MAX_BYTES)}, 200),
        ({"CONTENT_LENGTH": str(settings.LUBAN_UPLOAD_MAX_BYTES + 2 * 1024 * 1024)}, 413),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
    ],
)
def test_a_body_too_large_is_refused_before_it_is_read(headers: dict[str, str], status: int) -> None:
    request = RequestFactory().post("/x", **{"HTTP_ACCEPT": "application/json", **headers})  # type: ignore[arg-type]
    answer = security.BodySizeLimit(echo)(request)
    assert answer.status_code == status


def test_partners_read_the_refusal_as_json() -> None:
    answer = errors.page(RequestFactory().get("/api/x"), status=404)
    assert answer.status_code == 404
    assert "没有找到".encode() in answer.content or b"\\u6ca1" in answer.content


def test_an_error_page_comes_out_even_when_its_template_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", fail)
    answer = errors.page(RequestFactory().get("/"), status=413, message="<太大>")
    assert answer.status_code == 413
    assert "&lt;太大&gt;" in answer.content.decode()


def test_a_database_address_is_taken_apart() -> None:
    found = environment.django_database("postgresql://u%40x:p%2Fw@db:5433/lu?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "u@x",
        "p/w",
        "db",
        "5433",
        "lu",
    )
    assert found["OPTIONS"]["sslmode"] == "require"


def test_a_foreign_database_address_is_refused() -> None:
    with pytest.raises(environment.EnvironmentMistake, match="postgresql://"):
        environment.django_database("mysql://x/y")
