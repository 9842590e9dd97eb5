"""Settings: layers, precedence, provenance, and every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.errors import ConfigProblem
from syncd.settings import load_settings


def test_defaults_without_anything(tmp_path: Path) -> None:
    """With nothing set, the documented defaults hold and directories lie under the start directory."""
    settings = load_settings({}, tmp_path)
    assert settings.procore.base_url == "https://api.procore.com"
    assert (settings.procore.hourly_budget, settings.procore.spike_budget) == (3600, 25)
    assert settings.procore.spike_window == 10.0
    assert settings.quickbase.base_url == "https://api.quickbase.com/v1"
    assert settings.quickbase.window_budget == 80
    assert settings.mappings_dir == tmp_path / "mappings"
    assert settings.database == f"sqlite:///{tmp_path}/state/syncd.db"
    assert settings.origins == ()


def test_precedence_of_all_five_layers(tmp_path: Path) -> None:
    """Environment beats .env beats the secrets directory beats a `_FILE` beats syncd.yaml."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "token").write_text("from-file\n")
    values = {"realm": "yaml", "app_id": "yaml", "user_token": "yaml"}
    (tmp_path / "syncd.yaml").write_text(
        "quickbase:\n" + "".join(f"  {k}: {v}\n" for k, v in values.items()) + "log_level: debug\n"
    )
    environ = {"SYNCD_QUICKBASE__USER_TOKEN_FILE": "token", "SYNCD_SECRETS_DIR": "secrets"}
    assert load_settings(environ, tmp_path).quickbase.user_token.get_secret_value() == "from-file"
    (tmp_path / "secrets" / "quickbase__user_token").write_text("from-secrets\n")
    assert load_settings(environ, tmp_path).quickbase.user_token.get_secret_value() == "from-secrets"
    (tmp_path / ".env").write_text("SYNCD_QUICKBASE__USER_TOKEN=from-dotenv\nOTHER=1\n")
    assert load_settings(environ, tmp_path).quickbase.user_token.get_secret_value() == "from-dotenv"
    settings = load_settings({**environ, "SYNCD_QUICKBASE__USER_TOKEN": "from-env"}, tmp_path)
    assert settings.quickbase.user_token.get_secret_value() == "from-env"
    assert settings.quickbase.realm == "yaml", "values of weaker layers fill what is not set above"
    assert settings.log_level == "DEBUG"


def test_unknown_names_are_refused_with_a_suggestion(tmp_path: Path) -> None:
    """A misspelt name is an error wherever it stands, and every one is reported at once."""
    (tmp_path / ".env").write_text("SYNCD_QUICKBASE__REALMS=x\n")
    (tmp_path / "syncd.yaml").write_text("procore:\n  compny_id: 5\n")
    with pytest.raises(ConfigProblem) as caught:
        load_settings({"SYNCD_LOG_LEVLE": "DEBUG"}, tmp_path)
    assert list(caught.value.problems) == [
        "environment: there is no setting SYNCD_LOG_LEVLE; did you mean SYNCD_LOG_LEVEL?",
        ".env: there is no setting SYNCD_QUICKBASE__REALMS; did you mean SYNCD_QUICKBASE__REALM?",
        "syncd.yaml:2:3: there is no setting SYNCD_PROCORE__COMPNY_ID; "
        "did you mean SYNCD_PROCORE__COMPANY_ID?",
    ]
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SYNCD_PROCORE__HOURLY_BUDGET", "many"),
        ("SYNCD_PROCORE__HOURLY_BUDGET", "0"),
        ("SYNCD_PROCORE__BASE_URL", "api.procore.com"),
        ("SYNCD_LOG_FORMAT", "xml"),
        ("SYNCD_DRAIN_SECONDS", "-1"),
    ],
)
def test_bad_values_name_the_setting_and_its_source(tmp_path: Path, name: str, value: str) -> None:
    """A value that does not fit is reported by name and source, without repeating the value."""
    with pytest.raises(ConfigProblem) as caught:
        load_settings({name: value}, tmp_path)
    assert caught.value.problems[0].startswith(f"environment: {name}: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SYNCD_QUICKBASE__USER_TOKEN", "hush€hush"),
        ("SYNCD_QUICKBASE__USER_TOKEN", "hush\n"),
        ("SYNCD_QUICKBASE__USER_TOKEN", "hush hush"),
        ("SYNCD_QUICKBASE__REALM", "hush–hush.quickbase.com"),
        ("SYNCD_QUICKBASE__REALM", "hush.quickbase.com\r\nX-Other: 1"),
        ("SYNCD_PROCORE__CLIENT_ID", "hush\u200bhush"),
        ("SYNCD_PROCORE__CLIENT_SECRET", "“hush”"),
        ("SYNCD_PROCORE__REFRESH_TOKEN", "hush\x00"),
        ("SYNCD_PROCORE__COMPANY_ID", "hush"),
        ("SYNCD_PROCORE__COMPANY_ID", "１２"),
        ("SYNCD_QUICKBASE__BASE_URL", "http://hush..hush"),
        ("SYNCD_QUICKBASE__BASE_URL", f"https://{'hush' * 16}.com"),
        ("SYNCD_QUICKBASE__BASE_URL", "https://"),
        ("SYNCD_PROCORE__BASE_URL", "http://[::hush"),
        ("SYNCD_PROCORE__BASE_URL", "https://hush:port"),
        ("SYNCD_PROCORE__LOGIN_URL", "https://hush.com?a=b"),
        ("SYNCD_PROCORE__LOGIN_URL", "https://hüsh.com"),
    ],
)
def test_what_could_not_be_sent_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    """A token, id or address that cannot go into a request is one sentence at the start, exit 3, and
    is not repeated in it. It used to end as a fault of syncd at the first call."""
    with pytest.raises(ConfigProblem, match="must be") as caught:
        load_settings({name: value}, tmp_path)
    assert caught.value.exit_code == 3
    (problem,) = caught.value.problems
    assert problem.startswith(f"environment: {name}: must be ")
    assert "hush" not in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SYNCD_QUICKBASE__BASE_URL", "http://127.0.0.1:8765/quickbase/v1"),
        ("SYNCD_PROCORE__BASE_URL", "http://[::1]:8765/procore"),
        ("SYNCD_PROCORE__BASE_URL", "https://api.example.com./"),
        ("SYNCD_PROCORE__LOGIN_URL", "https://login-sandbox.procore.com"),
        ("SYNCD_QUICKBASE__USER_TOKEN", "b2x6_ab.c-d~!$&'()*+,;=:@/"),
        ("SYNCD_PROCORE__COMPANY_ID", " 598134325510487 "),
        ("SYNCD_QUICKBASE__REALM", "demo.quickbase.com "),
    ],
)
def test_what_can_be_sent_is_taken(tmp_path: Path, name: str, value: str) -> None:
    """Ports, paths, addresses by number, every sign of a token, and blanks around an id are all fine."""
    assert [one.name for one in load_settings({name: value}, tmp_path).origins] == [name]


def test_secrets_never_show(tmp_path: Path) -> None:
    """No rendering of the settings, and no error about them, holds a secret's value."""
    environ = {
        "SYNCD_PROCORE__CLIENT_SECRET": "hush-hush",
        "SYNCD_DATABASE_URL": "postgresql://u:hush-hush@h/d",
    }
    settings = load_settings(environ, tmp_path)
    assert "hush" not in repr(settings) + str(settings) + repr(settings.origins)
    assert settings.secrets() == {"procore.client_secret": "hush-hush"}
    with pytest.raises(ConfigProblem) as caught:
        load_settings({**environ, "SYNCD_PROCORE__SPIKE_BUDGET": "hush-hush"}, tmp_path)
    assert "hush" not in str(caught.value)


def test_provenance(tmp_path: Path) -> None:
    """Every given setting says where it came from, down to the line of the file."""
    (tmp_path / "syncd.yaml").write_text("procore:\n  company_id: 4242\n")
    settings = load_settings({"SYNCD_LOG_LEVEL": "warning"}, tmp_path)
    assert [(o.name, o.value, o.source) for o in settings.origins] == [
        ("SYNCD_LOG_LEVEL", "warning", "environment"),
        ("SYNCD_PROCORE__COMPANY_ID", "4242", "syncd.yaml:2:3"),
    ]
    assert settings.procore.company_id == "4242"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: [1\n", "syncd.yaml:2:1"),
        ("log_level: INFO\nlog_level: DEBUG\n", "syncd.yaml:2:1"),
        ("- a\n", "1:1"),
    ],
)
def test_broken_yaml_says_where(tmp_path: Path, text: str, where: str) -> None:
    """Broken YAML and duplicate keys are one sentence with line and column."""
    (tmp_path / "syncd.yaml").write_text(text)
    with pytest.raises(ConfigProblem, match=where):
        load_settings({}, tmp_path)


def test_missing_files_say_so(tmp_path: Path) -> None:
    """A `_FILE` or a secrets directory that is not there is one clear sentence."""
    with pytest.raises(ConfigProblem, match=r"SYNCD_PROCORE__CLIENT_SECRET_FILE: the file .* cannot be read"):
        load_settings({"SYNCD_PROCORE__CLIENT_SECRET_FILE": "nowhere"}, tmp_path)
    with pytest.raises(ConfigProblem, match="secrets directory"):
        load_settings({"SYNCD_SECRETS_DIR": "nowhere"}, tmp_path)


def test_empty_environment_values_count_as_unset(tmp_path: Path) -> None:
    """`SYNCD_X=` as Compose passes it on does not hide a weaker layer."""
    (tmp_path / "syncd.yaml").write_text("quickbase: {realm: builder.quickbase.com}\n")
    settings = load_settings({"SYNCD_QUICKBASE__REALM": ""}, tmp_path)
    assert settings.quickbase.realm == "builder.quickbase.com"


def test_require_online_names_all_that_is_missing(tmp_path: Path) -> None:
    """What talking to the vendors needs is listed whole."""
    settings = load_settings({"SYNCD_PROCORE__COMPANY_ID": "1"}, tmp_path)
    with pytest.raises(ConfigProblem) as caught:
        settings.require_online()
    assert len(caught.value.problems) == 5
    assert "SYNCD_PROCORE__CLIENT_ID is not set" in caught.value.problems
    assert str(caught.value) == "5 settings are missing."
