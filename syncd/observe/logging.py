"""Logs: one stream on stderr, as text or JSON, with redaction as the last word.

Event names are dotted nouns (`budget.waiting`), facts are keys. Records of libraries that
use the standard library's logging come out in the same form.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, MutableMapping
from contextvars import copy_context
from typing import Any, TextIO, TypeVar

import structlog

from syncd.observe.redact import redact, redact_tree

__all__ = ["configure_logging", "get_logger", "with_context"]

Result = TypeVar("Result")

_NOISY = ("urllib3", "requests", "apscheduler", "watchfiles", "alembic", "werkzeug")

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

# Done on import: a room that is used without `configure_logging` (as a library, in a test)
# must log through the standard library too, and never to stdout, which belongs to results.
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=False,
)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; `name` is the room and noun, for example `syncd.http.governor`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def configure_logging(level: str = "INFO", form: str = "text", stream: TextIO | None = None) -> None:
    """Send every record of this process to one stream (default stderr).

    `form` is `text` or `json`. Safe to call again: the last call decides.
    """
    render: list[Any] = (
        [structlog.processors.dict_tracebacks, _redact_event, structlog.processors.JSONRenderer(default=str)]
        if form == "json"
        else [structlog.processors.format_exc_info, _redact_event, _text]
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def with_context(work: Callable[[], Result]) -> Callable[[], Result]:
    """Bind this thread's log context (run, mapping) to work that another thread will do."""
    context = copy_context()
    return lambda: context.run(work)


def _redact_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    masked: dict[str, Any] = redact_tree(dict(event))
    return masked


def _text(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    """`time level event key=value …`, then a traceback if there is one; colourless on purpose."""
    moment, level = event.pop("timestamp", ""), str(event.pop("level", "")).ljust(7)
    name, trace = event.pop("event", ""), event.pop("exception", "")
    event.pop("logger", None)
    facts = " ".join(f"{key}={_fact(value)}" for key, value in event.items())
    line = f"{moment} {level} {name}" + (f" {facts}" if facts else "")
    return redact(f"{line}\n{trace}" if trace else line)


def _fact(value: Any) -> str:
    text = str(value)
    return repr(text) if " " in text or "\n" in text or not text else text
