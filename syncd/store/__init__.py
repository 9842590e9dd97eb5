"""What syncd remembers: links, baselines, the journal, cursors, budgets and tokens.

`open_store` is the way in; every answer is a frozen dataclass of `rows.py`.
No other room imports SQLModel, SQLAlchemy or a database driver.
"""

from syncd.store.entries import NewEvent, NewIntent, NewIssue, NewLink, NewStranger
from syncd.store.links import Bases
from syncd.store.occurrences import NewOccurrence, Occurrence
from syncd.store.ours import Deed
from syncd.store.rows import Cursor, Event, Intent, Issue, Layout, Link, Mark, Request, Run, Stranger
from syncd.store.sightings import Sighting
from syncd.store.spool import Row, Spool, Spooled
from syncd.store.store import Store, open_store
from syncd.store.tx import Tx

__all__ = [
    "Bases",
    "Cursor",
    "Deed",
    "Event",
    "Intent",
    "Issue",
    "Layout",
    "Link",
    "Mark",
    "NewEvent",
    "NewIntent",
    "NewIssue",
    "NewLink",
    "NewOccurrence",
    "NewStranger",
    "Occurrence",
    "Request",
    "Row",
    "Run",
    "Sighting",
    "Spool",
    "Spooled",
    "Store",
    "Stranger",
    "Tx",
    "open_store",
]
