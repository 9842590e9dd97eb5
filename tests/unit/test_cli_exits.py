"""Exit codes and what a person is told when something goes wrong."""

from __future__ import annotations

import itertools

import pytest

from syncd.cli.exits import Exit, guarded, worst
from syncd.errors import AuthProblem, ConfigProblem, SafetyStop, Stale, Unavailable, UsageProblem
from syncd.observe.redact import register_secret

PRECEDENCE = [2, 3, 1, 5, 4, 6, 0]


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(PRECEDENCE, 2)))
def test_the_worse_of_two_codes_is_taken(first: int, second: int) -> None:
    """Where several codes apply, the order is 2, 3, 1, 5, 4, 6, 0 (architecture §7)."""
    assert worst([second, first]) == first


def test_no_code_at_all_means_done() -> None:
    """Nothing to report is success."""
    assert worst([]) is Exit.DONE


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageProblem("wrong word"), 2),
        (ConfigProblem("wrong file"), 3),
        (AuthProblem("wrong secret"), 3),
        (SafetyStop("too many deletes"), 5),
        (Stale("old plan"), 1),
        (Unavailable("disk full"), 1),
    ],
)
def test_our_errors_are_one_sentence_and_their_code(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each error of the tree ends with its own code, its sentence on stderr and no traceback."""

    def fail() -> int:
        raise error

    assert guarded(fail, debug=False) == code
    told = capsys.readouterr()
    assert told.err == f"syncd: {error}\n"
    assert told.out == ""


def test_every_problem_and_the_hint_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """A configuration problem shows one line for each thing that is wrong, then what to do."""

    def fail() -> int:
        raise ConfigProblem("2 problems.", problems=["a.yaml:1:2: x", "b.yaml:3:4: y"], hint="Mend them.")

    assert guarded(fail, debug=False) == 3
    assert capsys.readouterr().err.splitlines() == [
        "syncd: 2 problems.",
        "  a.yaml:1:2: x",
        "  b.yaml:3:4: y",
        "  Mend them.",
    ]


def test_the_unforeseen_is_a_sentence_and_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    """An error of nobody's making exits 1; only --debug prints the traceback."""

    def fail() -> int:
        raise ZeroDivisionError("division by zero")

    assert guarded(fail, debug=False) == 1
    plain = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in plain
    assert "Traceback" not in plain
    assert guarded(fail, debug=True) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_secret_in_an_error_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    """Not even an unforeseen error shows a secret that the process knows (P13)."""
    register_secret("hush-hush-0815", slot="test.cli")

    def fail() -> int:
        raise RuntimeError("sent hush-hush-0815 to the wrong host")

    guarded(fail, debug=True)
    assert "hush-hush-0815" not in capsys.readouterr().err


def test_a_problem_that_is_the_sentence_is_not_said_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """Where one thing is wrong, it is one sentence."""

    def fail() -> int:
        raise ConfigProblem(
            "environment: there is no setting X.", problems=["environment: there is no setting X"]
        )

    assert guarded(fail, debug=False) == 3
    assert capsys.readouterr().err == "syncd: environment: there is no setting X.\n"
