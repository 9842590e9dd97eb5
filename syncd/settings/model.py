"""The settings themselves: names, defaults and bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    StringConstraints,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from syncd.errors import ConfigProblem
from syncd.settings.watch import Watch, read_watches

__all__ = ["Origin", "ProcoreSettings", "QuickbaseSettings", "Settings"]

LONGEST_LABEL = 63
"""Characters of one part of a host's name (RFC 1035)."""

_PRINTABLE = re.compile("[!-~]+")


def _base_url(text: str) -> str:
    if not _is_address(text):
        raise ValueError("must be an address such as https://api.example.com")
    return text.rstrip("/")


def _is_address(text: str) -> bool:
    """True for a scheme and a host that can be reached, and perhaps a port and a path."""
    if not text.startswith(("https://", "http://")) or not _PRINTABLE.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    labels = host.removesuffix(".").split(".")
    named = ":" in host or all(0 < len(label) <= LONGEST_LABEL for label in labels)
    return named and not parts.query and not parts.fragment


def _sendable(text: str) -> str:
    """What goes into a header or a form as it is: a line end or a curly quote was pasted by mistake."""
    if text and not _PRINTABLE.fullmatch(text):
        raise ValueError("must be printable ASCII without spaces; was something else pasted along with it?")
    return text


def _secret(secret: SecretStr) -> SecretStr:
    _sendable(secret.get_secret_value())
    return secret


def _number(text: str) -> str:
    if text and not (text.isascii() and text.isdecimal()):
        raise ValueError("must be a number, as it stands in Procore's addresses")
    return text


def _text(value: object) -> object:
    """An id written as a number in YAML is still an id, and ids are text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


BaseUrl = Annotated[str, AfterValidator(_base_url)]
Id = Annotated[
    str, BeforeValidator(_text), StringConstraints(strip_whitespace=True), AfterValidator(_sendable)
]
Number = Annotated[Id, AfterValidator(_number)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Lowered = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)
Raised = BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value)


@dataclass(frozen=True, slots=True)
class Origin:
    """One setting that was given: its name, its value (secrets masked) and where it came from."""

    name: str
    value: str
    source: str


class ProcoreSettings(BaseModel):
    """The Procore side. Budgets are what we may use at most; the vendor's word can lower them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    company_id: Number = ""
    client_id: Id = ""
    client_secret: Secret = SecretStr("")
    refresh_token: Secret = SecretStr("")
    base_url: BaseUrl = "https://api.procore.com"
    login_url: BaseUrl = "https://login.procore.com"
    hourly_budget: int = Field(3_600, ge=1, le=1_000_000)
    spike_budget: int = Field(25, ge=1, le=100_000)
    spike_window: float = Field(10.0, gt=0, le=600)
    transfer_status: Annotated[Literal["draft", "under_review", "approved"], Lowered] = "draft"


class QuickbaseSettings(BaseModel):
    """The Quickbase side; `window_budget` is calls per 10 s, of the 100 a token has."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    realm: Id = ""
    app_id: Id = ""
    user_token: Secret = SecretStr("")
    base_url: BaseUrl = "https://api.quickbase.com/v1"
    window_budget: int = Field(80, ge=1, le=100_000)


class Settings(BaseSettings):
    """Everything that says how to run. Made by `load_settings`; never changes afterwards.

    Relative directories are taken from the directory that syncd was started in.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", validate_default=False, hide_input_in_errors=True
    )

    procore: ProcoreSettings = ProcoreSettings()
    quickbase: QuickbaseSettings = QuickbaseSettings()
    mappings_dir: Path = Path("mappings")
    state_dir: Path = Path("state")
    database_url: SecretStr = SecretStr("")
    log_format: Annotated[Literal["text", "json"], Lowered] = "text"
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Raised] = "INFO"
    drain_seconds: float = Field(30.0, ge=0, le=600)
    watch: Annotated[tuple[Watch, ...], BeforeValidator(read_watches)] = ()

    _origins: tuple[Origin, ...] = PrivateAttr(default=())

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Which settings were given, and where; what is missing here has its default."""
        return self._origins

    @property
    def database(self) -> str:
        """The database address: as set, else SQLite in the state directory."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.state_dir / 'syncd.db'}"

    def secrets(self) -> dict[str, str]:
        """Every secret that is set, by slot name, for the redactor to learn."""
        found = {
            "procore.client_secret": self.procore.client_secret,
            "procore.settings_refresh_token": self.procore.refresh_token,
            "quickbase.user_token": self.quickbase.user_token,
        }
        return {
            slot: secret.get_secret_value() for slot, secret in found.items() if secret.get_secret_value()
        }

    def require_online(self) -> None:
        """Raise ConfigProblem naming every setting that talking to the vendors still needs."""
        needed = {
            "SYNCD_PROCORE__COMPANY_ID": self.procore.company_id,
            "SYNCD_PROCORE__CLIENT_ID": self.procore.client_id,
            "SYNCD_PROCORE__CLIENT_SECRET": self.procore.client_secret.get_secret_value(),
            "SYNCD_QUICKBASE__REALM": self.quickbase.realm,
            "SYNCD_QUICKBASE__APP_ID": self.quickbase.app_id,
            "SYNCD_QUICKBASE__USER_TOKEN": self.quickbase.user_token.get_secret_value(),
        }
        missing = [name for name, value in needed.items() if not value]
        if missing:
            problems = [f"{name} is not set" for name in missing]
            them = "them" if len(missing) > 1 else "it"
            raise ConfigProblem(
                f"{len(missing)} settings are missing." if len(missing) > 1 else f"{problems[0]}.",
                problems=problems,
                hint=f"Set {them} in the environment, in `.env` or in `syncd.yaml`.",
            )
