"""Exit codes are a contract with scripts that nobody here wrote (architecture §7)."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterable
from enum import IntEnum

from syncd.errors import ConfigProblem, SyncdError

__all__ = ["Exit", "guarded", "worst"]


class Exit(IntEnum):
    """What a command's exit code says."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CONFIG = 3
    REMAINING = 4
    BRAKE = 5
    CHANGES = 6


_ORDER = (Exit.USAGE, Exit.CONFIG, Exit.FAILED, Exit.BRAKE, Exit.REMAINING, Exit.CHANGES, Exit.DONE)


def worst(codes: Iterable[int]) -> Exit:
    """The one code that stands for several: 2, 3, 1, 5, 4, 6, 0, in this order."""
    present = set(codes)
    return next((code for code in _ORDER if code in present), Exit.DONE)


def guarded(work: Callable[[], int], *, debug: bool) -> int:
    """Run a command; whatever it raises becomes one clear sentence and an exit code.

    With `debug` the traceback follows. Nothing secret is printed: the words pass redaction.
    """
    try:
        code = work()
        sys.stdout.flush()
        return code
    except SyncdError as error:
        _tell(error)
        if debug:
            _trace()
        return error.exit_code
    except KeyboardInterrupt:
        _say("syncd: stopped")
        return Exit.FAILED
    except BrokenPipeError:
        # The reader went away (`syncd history | head`); nothing is left to say to it, and the
        # interpreter's own flush at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED
    except Exception as error:
        _say(f"syncd: something unforeseen happened ({type(error).__name__}: {error})")
        _say("  this is a fault in syncd; `syncd --debug …` shows where, please report it")
        if debug:
            _trace()
        return Exit.FAILED


def _tell(error: SyncdError) -> None:
    _say(f"syncd: {error.message}")
    if isinstance(error, ConfigProblem):
        for problem in error.problems:
            if problem not in error.message:
                _say(f"  {problem}")
    if error.hint:
        _say(f"  {error.hint}")


def _trace() -> None:
    _say(traceback.format_exc())


def _say(text: str) -> None:
    from syncd.observe.redact import redact

    print(redact(text), file=sys.stderr)
