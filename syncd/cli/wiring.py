"""From settings to a working engine, in this one place.

    Settings → Store (with ledger and tokens) → Vendors → mappings → Engine

Each part is built when it is first asked for, so a command pays, and fails, only for what
it uses: `check` opens no database, `history` calls no vendor.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from syncd.cli.files import pick, read_mappings
from syncd.clock import Clock, SystemClock
from syncd.errors import CallError, ConfigProblem, Forbidden, NotFound

if TYPE_CHECKING:
    from syncd.http.governor import BudgetView
    from syncd.http.spool import Spool
    from syncd.mapping.compiled import Mapping as CompiledMapping
    from syncd.mapping.load import SourceFile
    from syncd.mapping.schemas import ProcoreSchema, QuickbaseSchema
    from syncd.settings import Settings
    from syncd.sides.build import Vendors
    from syncd.store import Store
    from syncd.sync.engine import Engine

__all__ = ["Wiring", "listener"]

Listen = Callable[[str, dict[str, Any]], None]


class Wiring:
    """Everything a command may need, built on demand and closed together.

    Use it as a context manager. `stop` ends waits and loops in whatever was built.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        clock: Clock | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.environ = dict(os.environ) if environ is None else dict(environ)
        self.cwd = cwd or Path.cwd()
        self.clock: Clock = clock or SystemClock()
        self.stop = stop or threading.Event()
        self._open = ExitStack()
        self._in_force: list[SourceFile] = []
        self._schemas: QuickbaseSchema | None = None
        self._custom: ProcoreSchema | None = None

    def __enter__(self) -> Wiring:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything that was built."""
        self._open.close()

    @cached_property
    def settings(self) -> Settings:
        """The settings; logging is configured as they say. Raises ConfigProblem."""
        from syncd.observe.logging import configure_logging
        from syncd.settings import load_settings

        settings = load_settings(self.environ, self.cwd)
        configure_logging(settings.log_level, settings.log_format)
        return settings

    @property
    def state_dir(self) -> Path:
        """Where the database, the lock and the daemon's heartbeat are; made if need be."""
        try:
            self.settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ConfigProblem(
                f"The state directory {self.settings.state_dir} cannot be made: {error.strerror}.",
                hint="Name one that can be written to in SYNCD_STATE_DIR.",
            ) from error
        return self.settings.state_dir

    @cached_property
    def store(self) -> Store:
        """The state, migrated. Raises ConfigProblem (newer version) or Unavailable."""
        from syncd.store import open_store

        store = open_store(self.database_url, self.clock)
        self._open.callback(store.close)
        return store

    def lock(self, who: str) -> AbstractContextManager[None]:
        """Be the one that writes to this state while inside. Raises Unavailable, naming the holder."""
        from syncd.store.lock import take

        return take(self.database_url, who, self.clock)

    def holder(self) -> str:
        """Who holds that lock now, as words; "" if nobody does."""
        from syncd.store.lock import holder

        return holder(self.database_url) or ""

    @property
    def database_url(self) -> str:
        """Where the state is. It may hold a password: never print it."""
        if not self.settings.database_url.get_secret_value():
            _ = self.state_dir  # the default database lives there
        return self.settings.database

    @cached_property
    def vendors(self) -> Vendors:
        """Both vendors' clients, with the durable budget and tokens behind them."""
        from syncd.observe.metrics import Metrics
        from syncd.sides.build import Vendors
        from syncd.store.ledger import SqlLedger
        from syncd.store.tokens import SqlTokenStore

        self.settings.require_online()
        ledger, tokens = SqlLedger(self.store), SqlTokenStore(self.store)
        return Vendors(self.settings, ledger, tokens, self.clock, stop=self.stop, metrics=Metrics())

    @property
    def spool(self) -> Spool:
        """Where files wait on their way."""
        from syncd.http.spool import Spool

        return Spool(self.state_dir)

    @property
    def shown_spool(self) -> Spool:
        """The same, with a bar on the terminal for each long file."""
        from syncd.cli.progress import long_bar
        from syncd.http.spool import Spool

        return Spool(self.state_dir, watch=long_bar)

    @cached_property
    def custom_fields(self) -> ProcoreSchema:
        """Procore's custom fields, read once for this command. Raises AuthProblem, CallError."""
        return self.vendors.custom_fields()

    @cached_property
    def listen(self) -> Listen:
        """Where the engine's events go."""
        return listener()

    def load_mappings(self, *, strictly: bool = False) -> list[CompiledMapping]:
        """Read and compile every mapping file against Quickbase's schema, and Procore's custom fields
        if a file names one, as they are now.

        What the schema has drifted away from rests and is listed; `strictly` refuses it.
        Raises ConfigProblem with every problem in every file, AuthProblem, CallError.
        """
        from syncd.catalog.custom import PREFIX
        from syncd.mapping.compile import compile_all, compile_drifting
        from syncd.sync.drift import memory_of

        files = read_mappings(self.settings.mappings_dir, needed=not self.settings.watch)
        self._schemas = self._schema_now()
        used = any(PREFIX in one.text for one in files)
        self._custom = self.vendors.custom_fields() if used else None
        compiled = compile_all if strictly else compile_drifting
        made = compiled(files, self._schemas, memory_of(self.store), self._custom)
        self._in_force = files
        return made

    def _schema_now(self) -> QuickbaseSchema:
        """The app's tables and fields. An app that was never seen is a wrong setting, one that
        was seen before may come back."""
        try:
            return self.vendors.schemas()
        except (Forbidden, NotFound) as problem:
            if self._schemas is not None or not problem.path.endswith("/tables"):
                raise
            app = self.settings.quickbase.app_id
            raise ConfigProblem(
                f"Quickbase shows this user token no app {app}: {_words(problem)}.",
                hint="Check SYNCD_QUICKBASE__APP_ID, and that the token is assigned to that app.",
            ) from problem

    def mappings_again(self) -> list[CompiledMapping]:
        """The files that were last in force, compiled against the schema that was last read.

        Raises ConfigProblem where they do not fit it, or nothing was in force yet.
        """
        from syncd.mapping.compile import compile_drifting
        from syncd.sync.drift import memory_of

        if self._schemas is None or not self._in_force:
            raise ConfigProblem("No mapping files were in force before these.")
        return compile_drifting(self._in_force, self._schemas, memory_of(self.store), self._custom)

    @cached_property
    def mappings(self) -> list[CompiledMapping]:
        """The compiled mappings, read once for this command."""
        return self.load_mappings()

    def names(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """The mapping names a command was given, checked. Raises UsageProblem."""
        return pick(wanted, [mapping.name for mapping in self.mappings])

    def intervals(self) -> dict[str, float]:
        """How often each mapping is due, in seconds, as far as the files can be read offline."""
        from syncd.mapping.compile import compile_all

        try:
            found = compile_all(read_mappings(self.settings.mappings_dir), None)
        except ConfigProblem:
            return {}
        return {mapping.name: mapping.every for mapping in found}

    def budget(self) -> list[BudgetView]:
        """Both vendors' budgets as the ledger has them; none where settings are missing."""
        try:
            vendors = self.vendors
        except ConfigProblem:
            return []
        return [vendors.procore_governor.snapshot(), vendors.quickbase_governor.snapshot()]

    def engine(
        self,
        mappings: Sequence[CompiledMapping] | None = None,
        listen: Listen | None = None,
        *,
        spool: Spool | None = None,
    ) -> Engine:
        """An engine over these mappings (default: those of the files)."""
        from syncd.sync.engine import Engine

        return Engine(
            self.store,
            self.mappings if mappings is None else mappings,
            self.vendors.side,
            self.clock,
            stop=self.stop,
            listen=listen or self.listen,
            watches=self.settings.watch,
            spool=spool or self.spool,
        )


def _words(problem: CallError) -> str:
    """What the vendor said, or the number it answered with."""
    return problem.detail.rstrip(".") or f"HTTP {problem.status}"


def listener() -> Listen:
    """Where the engine's events go: the log, each under its own name with its facts."""
    from syncd.observe.logging import get_logger

    log = get_logger("syncd.sync")

    def listen(event: str, facts: dict[str, Any]) -> None:
        log.info(event, **facts)

    return listen
