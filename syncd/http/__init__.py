"""Everything between a vendor client and the network: one way out, budgeted and bounded."""

from __future__ import annotations

from syncd.http.governor import (
    BudgetLine,
    BudgetView,
    Governor,
    Grant,
    procore_windows,
    quickbase_windows,
)
from syncd.http.message import Answer, Call, CallKind, Headers, Lane
from syncd.http.ports import (
    Auth,
    Ledger,
    MemoryLedger,
    MemoryTokenStore,
    Sender,
    Token,
    TokenStore,
)
from syncd.http.retry import RetryingSender
from syncd.http.tokens import StaticToken, TokenProvider
from syncd.http.transport import Transport
from syncd.http.wire import DEADLINE, SessionFactory, Wire, default_session

__all__ = [
    "DEADLINE",
    "Answer",
    "Auth",
    "BudgetLine",
    "BudgetView",
    "Call",
    "CallKind",
    "Governor",
    "Grant",
    "Headers",
    "Lane",
    "Ledger",
    "MemoryLedger",
    "MemoryTokenStore",
    "RetryingSender",
    "Sender",
    "SessionFactory",
    "StaticToken",
    "Token",
    "TokenProvider",
    "TokenStore",
    "Transport",
    "Wire",
    "default_session",
    "procore_windows",
    "quickbase_windows",
]
