"""From settings to clients and sides: where the rooms below are wired together, once."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Collection

from syncd.catalog.registry import names, resource
from syncd.clock import Clock
from syncd.core.values import SideName
from syncd.http import (
    Governor,
    Ledger,
    RetryingSender,
    SessionFactory,
    StaticToken,
    TokenProvider,
    TokenStore,
    Transport,
    Wire,
    default_session,
    procore_windows,
    quickbase_windows,
)
from syncd.http.courier import Courier
from syncd.mapping.compiled import Mapping
from syncd.mapping.schemas import ProcoreSchema, QuickbaseSchema
from syncd.observe.metrics import Metrics
from syncd.procore.client import ProcoreClient
from syncd.procore.definitions import read_custom
from syncd.procore.files import Files
from syncd.procore.names import Names
from syncd.quickbase.client import QuickbaseClient
from syncd.quickbase.files import UPLOAD_DEADLINE, Attachments
from syncd.quickbase.people import People
from syncd.quickbase.schema import read_schema
from syncd.settings import ProcoreSettings, QuickbaseSettings, Settings
from syncd.sides.doctor import Fact, examine
from syncd.sides.port import Side
from syncd.sides.procore import ProcoreSide
from syncd.sides.quickbase import QuickbaseSide

__all__ = ["Vendors", "procore_account", "quickbase_account"]


def procore_account(settings: ProcoreSettings) -> str:
    """The name of a Procore budget: it is counted by app and company (procore-api §16)."""
    return f"procore:{settings.company_id}:{settings.client_id[:12]}"


def quickbase_account(settings: QuickbaseSettings) -> str:
    """The name of a Quickbase budget: it is counted by user token (quickbase-api §6)."""
    secret = settings.user_token.get_secret_value().encode()
    return f"quickbase:{settings.realm}:{hashlib.sha256(secret).hexdigest()[:8]}"


class Vendors:
    """Both vendors' clients for one connection, and the sides that mappings see them through.

    `ledger` and `token_store` are shared by every thread and process of one installation.
    Making one makes no call. Raises ConfigProblem where a setting is missing.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        token_store: TokenStore,
        clock: Clock,
        session_factory: SessionFactory = default_session,
        *,
        stop: threading.Event | None = None,
        metrics: Metrics | None = None,
        rng: random.Random | None = None,
    ) -> None:
        settings.require_online()
        self._clock = clock
        self._settings = settings
        self._schema: QuickbaseSchema | None = None
        self._kept: dict[str, tuple[Mapping, ProcoreSide]] = {}
        wire = Wire(clock, session_factory=session_factory)
        rng = rng or random.Random()
        self._parts = _Parts(ledger, token_store, clock, wire, rng, stop, metrics)
        self.procore_governor = self._parts.procore_governor(settings.procore)
        self.quickbase_governor = self._parts.quickbase_governor(settings.quickbase)
        self.tokens = self._parts.tokens(settings.procore, self.procore_governor)
        self.procore = self._parts.procore(settings.procore, self.tokens, self.procore_governor)
        self.quickbase = self._parts.quickbase(settings.quickbase, self.quickbase_governor)
        self.names = Names(self.procore, clock)
        self.people = People(self.quickbase, clock)
        courier = Courier(clock, session_factory=session_factory, stop=stop)
        self.files = Files(self.procore, courier, self.tokens, settings.procore.base_url)
        uploader = Courier(clock, session_factory=session_factory, stop=stop, deadline=UPLOAD_DEADLINE)
        self.attachments = self._parts.attachments(settings.quickbase, self.quickbase, courier, uploader)

    def side(self, mapping: Mapping, name: SideName) -> Side:
        """The mapping's records on that side. Makes no call.

        Procore's is kept for as long as the mapping is: what it finds out, and when it read what is read
        seldom, outlives a cycle.
        """
        if name is SideName.PROCORE:
            kept = self._kept.get(mapping.name)
            if kept is None or kept[0] is not mapping:
                about = resource(mapping.procore.resource)
                kept = mapping, ProcoreSide(self.procore, mapping, about, self._clock, self.files, self.names)
                self._kept[mapping.name] = kept
            return kept[1]
        table = self._schema.table(mapping.quickbase.table) if self._schema else None
        key = table.key if table else 3
        return QuickbaseSide(
            self.quickbase, mapping, self._clock, self.attachments, table_key=key, people=self.people
        )

    def schemas(self, only: Collection[str] = ()) -> QuickbaseSchema:
        """Read the Quickbase app's tables and fields; `only` names the tables that matter."""
        self._schema = read_schema(self.quickbase, only)
        return self._schema

    def custom_fields(self) -> ProcoreSchema:
        """Read the custom fields that the company has defined in Procore."""
        return read_custom(self.procore, [name for name in names() if resource(name).custom])

    def doctor(self, mappings: Collection[Mapping] = ()) -> list[Fact]:
        """What can be found out about credentials, permissions, tools and clocks, by asking."""
        return examine(self.procore, self.quickbase, self._clock, mappings)


class _Parts:
    """What both vendors' clients are made of."""

    def __init__(
        self,
        ledger: Ledger,
        token_store: TokenStore,
        clock: Clock,
        wire: Wire,
        rng: random.Random,
        stop: threading.Event | None,
        metrics: Metrics | None,
    ) -> None:
        self.ledger, self.token_store, self.clock = ledger, token_store, clock
        self.wire, self.rng, self.stop, self.metrics = wire, rng, stop, metrics

    def procore_governor(self, given: ProcoreSettings) -> Governor:
        windows = procore_windows(given.hourly_budget, given.spike_budget, given.spike_window)
        return Governor(procore_account(given), windows, self.ledger, self.clock, metrics=self.metrics)

    def quickbase_governor(self, given: QuickbaseSettings) -> Governor:
        windows = quickbase_windows(given.window_budget)
        return Governor(quickbase_account(given), windows, self.ledger, self.clock, metrics=self.metrics)

    def tokens(self, given: ProcoreSettings, governor: Governor) -> TokenProvider:
        return TokenProvider(
            procore_account(given),
            given.login_url,
            given.client_id,
            given.client_secret.get_secret_value(),
            self.token_store,
            governor,
            self.wire,
            self.clock,
            refresh_token=given.refresh_token.get_secret_value(),
            stop=self.stop,
        )

    def procore(self, given: ProcoreSettings, tokens: TokenProvider, governor: Governor) -> ProcoreClient:
        transport = Transport(
            "Procore",
            given.base_url,
            tokens,
            governor,
            self.wire,
            self.clock,
            headers={"Procore-Company-Id": given.company_id},
            stop=self.stop,
            metrics=self.metrics,
        )
        return ProcoreClient(
            self._repeating(transport, "Procore"),
            given.company_id,
            governor,
            self.clock,
            self.stop,
            given.transfer_status,
        )

    def quickbase(self, given: QuickbaseSettings, governor: Governor) -> QuickbaseClient:
        transport = Transport(
            "Quickbase",
            given.base_url,
            StaticToken(given.user_token.get_secret_value(), given.realm),
            governor,
            self.wire,
            self.clock,
            stop=self.stop,
            metrics=self.metrics,
        )
        return QuickbaseClient(self._repeating(transport, "Quickbase"), given.app_id, governor, self.stop)

    def attachments(
        self, given: QuickbaseSettings, client: QuickbaseClient, courier: Courier, uploader: Courier
    ) -> Attachments:
        token = StaticToken(given.user_token.get_secret_value(), given.realm)
        return Attachments(client, courier, uploader, token, given.base_url, self.clock)

    def _repeating(self, transport: Transport, vendor: str) -> RetryingSender:
        return RetryingSender(
            transport, self.clock, self.rng, stop=self.stop, metrics=self.metrics, vendor=vendor
        )
