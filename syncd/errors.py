"""Every error syncd raises on purpose, sorted by what can be done about it.

    SyncdError
    ├── UsageProblem      the command line is wrong                       exit 2
    ├── ConfigProblem     settings or mapping files are wrong             exit 3
    │   └── AuthProblem   credentials are missing, wrong or revoked       exit 3
    ├── SafetyStop        a brake was pulled; a person must approve       exit 5
    ├── Stopped           we were asked to stop and did so cleanly        exit 1
    ├── Stale             a saved plan, or a reading, is too old to use   exit 1
    ├── Unavailable       our own store or disk cannot take work now      exit 1
    ├── CallError         a vendor's answer, or the lack of one
    │   ├── Transient     may work later: network, 5xx, HTML, cut body
    │   │   └── RateLimited   429 or a spent budget; says until when
    │   ├── Rejected      the vendor refuses this request as it is (4xx)
    │   ├── Forbidden     403: permission or a tool that is off
    │   └── NotFound      404: gone, or not visible to us
    └── Bug               an invariant does not hold; the mapping halts   exit 1

A `CallError` knows whether the vendor may have acted (`maybe_acted`): a create whose
outcome is unknown must be looked up, never simply repeated.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "AuthProblem",
    "Bug",
    "CallError",
    "ConfigProblem",
    "Forbidden",
    "NotFound",
    "RateLimited",
    "Rejected",
    "SafetyStop",
    "Stale",
    "Stopped",
    "SyncdError",
    "Transient",
    "Unavailable",
    "UsageProblem",
]


class SyncdError(Exception):
    """Base of all. `str()` is one clear sentence for a person; `hint` says what to do."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageProblem(SyncdError):
    """The command was called with words it does not know."""

    exit_code = 2


class ConfigProblem(SyncdError):
    """One or more things are wrong in settings or mapping files.

    `problems` holds one line each, `file:line:column: what is wrong, what was meant`.
    """

    exit_code = 3

    def __init__(self, message: str, *, problems: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class AuthProblem(ConfigProblem):
    """Credentials are missing, wrong, revoked, or belong to another company."""


class SafetyStop(SyncdError):
    """Too many deletes or clears at once: `syncd approve` lets exactly these pass."""

    exit_code = 5


class Stopped(SyncdError):
    """A stop was requested; what was in flight is recorded or left as an intent."""


class Stale(SyncdError):
    """What this would act on has changed, or is too old to act on; look again."""


class Unavailable(SyncdError):
    """The local store cannot take work (disk full, locked, newer schema)."""


class CallError(SyncdError):
    """A call to a vendor that did not end well.

    `status` is 0 where no answer came. `request_id` is the vendor's own id for the call
    (Procore `x-request-id`, Quickbase `qb-api-ray`), empty if unknown. `detail` is the
    vendor's words, redacted and cut. `maybe_acted` is True unless it is certain that the
    vendor did nothing.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: int = 0,
        method: str = "",
        path: str = "",
        request_id: str = "",
        detail: str = "",
        maybe_acted: bool = False,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.method = method
        self.path = path
        self.request_id = request_id
        self.detail = detail
        self.maybe_acted = maybe_acted


class Transient(CallError):
    """It may work later. Bounded retries were already made where repeating is safe."""


class RateLimited(Transient):
    """The vendor, or our own budget, says wait. `retry_at` is epoch seconds, 0 if unsaid."""

    def __init__(self, message: str, *, retry_at: float = 0.0, **rest: object) -> None:
        super().__init__(message, **rest)  # type: ignore[arg-type]
        self.retry_at = retry_at


class Rejected(CallError):
    """The vendor refuses the request as it is; repeating it unchanged is useless."""


class Forbidden(CallError):
    """403: a permission is missing or a tool is off in this project."""


class NotFound(CallError):
    """404: the thing is gone, or is not visible to these credentials."""


class Bug(SyncdError):
    """An invariant of ours does not hold. Never expected; stops the mapping."""
