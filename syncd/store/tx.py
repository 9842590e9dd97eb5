"""Everything that can be asked of the store within one transaction."""

from __future__ import annotations

from syncd.store.contents import Contents
from syncd.store.controls import Controls
from syncd.store.cursors import Cursors
from syncd.store.fitted import Fitted
from syncd.store.history import History
from syncd.store.issues import Issues
from syncd.store.journal import Journal
from syncd.store.layouts import Layouts
from syncd.store.links import Links
from syncd.store.marks import Marks
from syncd.store.occurrences import Occurrences
from syncd.store.ours import Ours
from syncd.store.pairs import Pairs
from syncd.store.prune import Prune
from syncd.store.reidentify import Reidentify
from syncd.store.sightings import Sightings
from syncd.store.strangers import Strangers

__all__ = ["Tx"]


class Tx(
    Layouts,
    Links,
    Marks,
    Strangers,
    Pairs,
    Journal,
    Issues,
    Reidentify,
    History,
    Cursors,
    Contents,
    Controls,
    Fitted,
    Occurrences,
    Sightings,
    Ours,
    Prune,
):
    """The store as the engine sees it: `with store.transaction() as tx`.

    Every method speaks of one connection. Reads see what the transaction has written.
    A write through a `Tx` of `store.read()`, or after the transaction ended, is a `Bug`.
    """
