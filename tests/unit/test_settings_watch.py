"""`watch:` is read from YAML or the environment, and checked against the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.errors import ConfigProblem
from syncd.settings import Watch, load_settings


def test_names_with_commas_or_json_in_the_environment(tmp_path: Path) -> None:
    """`SYNCD_WATCH` takes what fits in a line; nothing is watched where it is not set."""
    assert load_settings({}, tmp_path).watch == ()
    assert load_settings({"SYNCD_WATCH": "rfis, vendors"}, tmp_path).watch == (
        Watch("rfis"),
        Watch("vendors"),
    )
    given = '[{"resource": "rfis", "projects": [12, "13", 12], "every": "5m"}]'
    assert load_settings({"SYNCD_WATCH": given}, tmp_path).watch == (Watch("rfis", ("12", "13"), 300.0),)


def test_names_and_objects_in_yaml(tmp_path: Path) -> None:
    """The file says the same as a list."""
    (tmp_path / "syncd.yaml").write_text(
        "watch:\n  - vendors\n  - resource: submittals\n    projects: [1]\n    every: 1h\n"
    )

    assert load_settings({}, tmp_path).watch == (Watch("vendors"), Watch("submittals", ("1",), 3_600.0))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("rfi", "did you mean 'rfis'"),
        ("rfis,rfis", "names 'rfis' twice"),
        ("[", "must be a list as JSON"),
        ("[1]", "must list names of resources"),
        ('[{"every": "5m"}]', "must list names of resources"),
        ('[{"resource": "rfis", "each": "5m"}]', "there is no 'each' here"),
        ('[{"resource": "vendors", "projects": [1]}]', "vendors lives in the company"),
        ('[{"resource": "rfis", "projects": ["P-101"]}]', "project ids, which are numbers"),
        ('[{"resource": "rfis", "projects": 12}]', "must be a list of Procore's project ids"),
        ('[{"resource": "rfis", "every": "30s"}]', "at least 60s"),
        ('[{"resource": "rfis", "every": 300}]', "is not a time"),
        ('[{"resource": "rfis", "every": true}]', "is not a time"),
    ],
)
def test_a_wrong_watch_is_refused_with_what_is_wrong(tmp_path: Path, given: str, said: str) -> None:
    """The sentence names the setting and where it stands."""
    with pytest.raises(ConfigProblem) as problem:
        load_settings({"SYNCD_WATCH": given}, tmp_path)

    assert said in problem.value.message
    assert problem.value.message.startswith("environment: SYNCD_WATCH: ")


def test_too_many_watches_are_refused(tmp_path: Path) -> None:
    """A list without end is a mistake."""
    with pytest.raises(ConfigProblem, match="100 are the most"):
        load_settings({"SYNCD_WATCH": ",".join(["rfis"] * 101)}, tmp_path)
