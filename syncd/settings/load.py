"""Reading settings: layers in, one checked `Settings` out, every problem at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from syncd.errors import ConfigProblem
from syncd.settings.layers import PREFIX, SECRETS_DIR, Given, read_layers
from syncd.settings.model import Origin, Settings

__all__ = ["load_settings"]


def load_settings(environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read and check all settings. Looks at nothing but `environ` and files under `cwd`
    (or named there).

    Raises ConfigProblem with one line for every unknown name and every bad value.
    """
    layers = read_layers(environ, cwd)
    known = _names(Settings, PREFIX)
    problems = [_unknown(given, known) for layer in layers for given in layer if given.name not in known]
    layers = [[given for given in layer if given.name in known] for layer in layers]

    class Bound(Settings):
        """Settings bound to these layers; pydantic-settings merges them, the first wins."""

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: Any, **__: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            # The library's own sources would look at the machine, so they are left out.
            return tuple(_Layer(settings_cls, layer) for layer in layers)

    try:
        settings = Bound()
    except ValidationError as problem:
        problems += [_bad(error, layers) for error in problem.errors(include_input=False, include_url=False)]
    if problems:
        if len(problems) == 1:
            raise ConfigProblem(problems[0] + ("" if problems[0].endswith("?") else "."), problems=problems)
        raise ConfigProblem(f"{len(problems)} settings are wrong.", problems=problems)
    here = {"mappings_dir": cwd / settings.mappings_dir, "state_dir": cwd / settings.state_dir}
    placed = settings.model_copy(update=here)
    placed._origins = tuple(_origins(layers, known))
    return placed


class _Layer(PydanticBaseSettingsSource):
    """One layer as a source: flat `SYNCD_A__B` names as the nested values of fields."""

    def __init__(self, settings_cls: type[BaseSettings], layer: Iterable[Given]) -> None:
        super().__init__(settings_cls)
        self._tree: dict[str, Any] = {}
        for given in layer:
            *folders, leaf = given.name.removeprefix(PREFIX).lower().split("__")
            tree = self._tree
            for folder in folders:
                tree = tree.setdefault(folder, {})
            tree[leaf] = given.value

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The value of one top-level field."""
        return self._tree.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return self._tree


def _names(model: type[BaseModel], prefix: str) -> dict[str, bool]:
    """Every settable name, and whether it is secret."""
    found: dict[str, bool] = {}
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= _names(kind, f"{prefix}{name.upper()}__")
        else:
            found[prefix + name.upper()] = kind is SecretStr
    return found


def _unknown(given: Given, known: Iterable[str]) -> str:
    names = [*known, SECRETS_DIR]
    near = difflib.get_close_matches(given.name, names, n=1, cutoff=0.6)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{given.source}: there is no setting {given.name}{meant}"


def _bad(error: Any, layers: list[list[Given]]) -> str:
    """One line for a value that does not fit; it never shows the value, which may be secret."""
    name = PREFIX + "__".join(str(part).upper() for part in error["loc"])
    source = next((g.source for layer in layers for g in layer if g.name == name), "settings")
    what = str(error["msg"]).removeprefix("Value error, ")
    return f"{source}: {name}: {what[:1].lower()}{what[1:]}"


def _origins(layers: list[list[Given]], known: Mapping[str, bool]) -> Iterable[Origin]:
    seen: set[str] = set()
    for given in (given for layer in layers for given in layer):
        if given.name not in seen:
            seen.add(given.name)
            yield Origin(given.name, "********" if known[given.name] else str(given.value), given.source)
