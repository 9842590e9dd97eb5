"""No secret in logs or errors, in any spelling (P13)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from syncd.observe.logging import configure_logging, get_logger, with_context
from syncd.observe.metrics import Metrics
from syncd.observe.redact import Redactor, register_secret


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back afterwards as it was."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer s3cr3t-value",
        "{'Authorization': 'Bearer s3cr3t-value'}",
        "Authorization=s3cr3t-value",
        "QB-USER-TOKEN s3cr3t-value",
        "authorization: qb-temp-token s3cr3t-value",
        '{"access_token":"s3cr3t-value","token_type":"Bearer"}',
        "refresh_token=s3cr3t-value&client_id=x",
        "client_secret: s3cr3t-value",
        '"userToken": "s3cr3t-value"',
        "https://h/callback?code=s3cr3t-value&state=1",
        "https://files/x?X-Amz-Signature=s3cr3t-value",
        "postgresql+psycopg://user:s3cr3t-value@host/db",
        "password = s3cr3t-value",
    ],
)
def test_shapes_of_secrets_are_masked_without_registration(text: str) -> None:
    """What looks like a credential is masked even if nobody named it."""
    assert "s3cr3t-value" not in Redactor().text(text)


@pytest.mark.parametrize(
    "text",
    [
        "The token expired; run `syncd connect procore`.",
        "vendors/42: Author changed",
        "https://api.example.com/rest/v1.0/projects?page=2",
        "budget.waiting until=2026-01-05T08:00:10Z",
    ],
)
def test_innocent_words_stay(text: str) -> None:
    """Redaction leaves ordinary sentences readable."""
    assert Redactor().text(text) == text


def test_registered_values_are_masked_anywhere() -> None:
    """A known secret is found inside other words and percent-encoded."""
    redactor = Redactor()
    redactor.register("p@ss/word+1", slot="x")
    assert "p@ss/word+1" not in redactor.text("xxp@ss/word+1yy")
    assert "p%40ss%2Fword%2B1" not in redactor.text("u=p%40ss%2Fword%2B1")


def test_a_slot_forgets_its_oldest_values() -> None:
    """Tokens that rotate for years do not pile up (P15), nor push other slots out."""
    redactor = Redactor()
    redactor.register("fixed-secret", slot="fixed")
    for number in range(1_000):
        redactor.register(f"rotating-{number:04}", slot="rotating")
    assert len(redactor._values) <= 5
    assert "fixed-secret" not in redactor.text("fixed-secret")
    assert "rotating-0999" not in redactor.text("rotating-0999")


def test_nested_facts_are_masked_by_name_and_value() -> None:
    """Under a secret's name everything is masked, however deep."""
    masked = Redactor().tree({"a": [{"client_secret": "abc", "n": 1}], "headers": {"Authorization": ["x"]}})
    assert masked == {
        "a": [{"client_secret": "[redacted]", "n": 1}],
        "headers": {"Authorization": "[redacted]"},
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_log_record_shows_a_secret(root: logging.Logger, form: str) -> None:
    """Ours, a library's, and a traceback: redaction comes last for all of them."""
    register_secret("very-secret-value", slot="test")
    stream = io.StringIO()
    configure_logging("INFO", form, stream)
    get_logger("syncd.test").info("thing.done", token="very-secret-value", nested={"password": "other"})
    logging.getLogger("some.library").warning("got %s", "very-secret-value")
    try:
        raise RuntimeError("failed with very-secret-value")
    except RuntimeError:
        get_logger("syncd.test").exception("thing.failed")
    written = stream.getvalue()
    assert "very-secret-value" not in written
    assert "other" not in written
    for word in ("thing.done", "got [redacted]", "RuntimeError"):
        assert word in written


def test_json_logs_are_one_object_a_line_with_context(root: logging.Logger) -> None:
    """Bound context (run, mapping) is on every line, in other threads too if they are given it."""
    stream = io.StringIO()
    configure_logging("INFO", "json", stream)
    with structlog.contextvars.bound_contextvars(run="r1"):
        work = with_context(lambda: get_logger("syncd.test").info("thing.done", count=3))
    work()
    logging.getLogger("urllib3").info("noise")
    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)
    assert (event["event"], event["run"], event["count"], event["level"]) == ("thing.done", "r1", 3, "info")


def test_without_configuration_nothing_reaches_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output belongs to results, even before logging is set up."""
    get_logger("syncd.test").error("thing.failed")
    assert capsys.readouterr().out == ""


def test_metrics_have_their_own_registry() -> None:
    """Two sets of metrics live side by side in one process."""
    first, second = Metrics(), Metrics()
    first.read_age_at_write.labels("projects", "procore").observe(12)
    assert (
        b'syncd_read_age_at_write_seconds_bucket{le="20.0",mapping="projects",side="procore"} 1.0'
        in first.render()
    )
    assert b'side="procore"' not in second.render()
