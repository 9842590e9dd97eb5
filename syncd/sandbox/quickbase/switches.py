"""One switch for every Quickbase behaviour that nobody here could confirm.

Each switch offers the plausible readings, and the product has to pass under all of them. The
defaults are the readings that the reference calls likely (reference quickbase-api §14, §15).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Blank", "QuickbaseSwitches"]

Blank = Literal["clear", "ignore", "refuse"]


@dataclass(frozen=True, slots=True)
class QuickbaseSwitches:
    """The unconfirmed behaviours, chosen. Lags are in seconds.

    Raises ValueError if both ways to empty a number or a day are closed, because then no
    client whatever could do its work.
    """

    # Queries
    stamp_granularity: Literal["second", "ms", "day"] = "second"
    """How finely AF, OAF, BF and OBF compare instants."""
    after_subseconds: bool = False
    """modifiedSince honours the fraction of a second in `after`; otherwise it cuts it off."""
    result_order: Literal["record_id", "reversed", "shuffled"] = "record_id"
    """Order of query results that no `sortBy` asked for; `shuffled` differs at every call."""
    unknown_select: Literal["400", "404", "ignored"] = "400"
    """The answer to a `select` or `sortBy` that names a field which is not there."""
    quote_escape: Literal["none", "doubled", "backslash"] = "none"
    """How a quote is written inside a quoted value of a `where`."""
    reserved_words_upset: bool = False
    """A quoted value that holds AND, OR or & makes the whole query a bad one."""
    page_rows: int = 0
    """Most rows of one page besides the cut by size; 0 is no such cap."""
    default_top: int = 0
    """Rows of a page when the call gives no `top`; 0 is as many as fit."""
    list_lag: float = 0.0
    """How long queries by filter, reports and modifiedSince go on seeing the old state."""
    read_lag: float = 0.0
    """How long queries by record ids go on seeing the old state."""

    # Writes
    upsert_order: Literal["input", "shuffled"] = "input"
    """Order of `data` and of the id lists in an upsert's answer."""
    noop_bumps_modified: bool = False
    """An upsert that changes nothing still moves fields 2 and 5."""
    duplicates: Literal["sequential", "refuse"] = "sequential"
    """Two records of one upsert with one merge value: one after the other, or a line error."""
    unknown_record_id: Literal["refuse", "create"] = "refuse"
    """An upsert by a record id that does not exist (or no longer does)."""
    null_write: Blank = "clear"
    """What writing `null` does to a field."""
    empty_write: Blank = "clear"
    """What writing `""` does to a field that is no text."""
    read_only_write: Literal["refuse", "ignore"] = "refuse"
    """A value for a built-in, formula, lookup or summary field: a line error, or dropped."""
    user_by_email: bool = True
    """User fields accept `{"email": ...}` besides `{"id": ...}`."""
    record_owner_writable: bool = False
    """Field 4 accepts a user from an administrator."""
    trim_text: bool = False
    """White space round a text is dropped when it is stored."""

    # Shapes
    empty_date: Literal["text", "null"] = "text"
    """How an empty date, timestamp or time of day reads."""
    empty_list: Literal["list", "null"] = "list"
    """How an empty multi-select or list of users reads."""
    empty_user: Literal["null", "text", "object"] = "null"
    """How an empty user field reads."""
    stamps_with_ms: bool = False
    """Timestamps read with `.000` before the Z instead of whole seconds."""
    whole_numbers: Literal["int", "float"] = "int"
    """Whether 18 reads as `18` or as `18.0`."""
    file_content_type: Literal["application/octet-stream", "text/plain"] = "application/octet-stream"
    """Content type of a downloaded attachment."""

    # Access and limits
    bad_token: Literal[401, 403] = 401
    """Status for a token that is wrong, revoked or missing."""
    unassigned_token: Literal[401, 403, 404] = 403
    """Status for a good token that the app is not assigned to."""
    retry_after: bool = True
    """A 429 says how long to wait."""
    limit_body: Literal["json", "html"] = "json"
    """Body of a 429: the API's own, or the page of the edge before it."""
    refused_calls_count: bool = False
    """Calls answered 429 count against the window too."""
    megabyte: int = 1_000_000
    """Bytes of a MB in the limits of a request (40 MB) and of an attachment (100 MB); or 1,048,576."""
    oversize_status: int = 413
    """Status for a request that is larger than that; or 400."""

    # Deletes
    index_deletes: bool = False
    """New tables index record changes for integrations, so modifiedSince lists deletes."""
    truncated_deletes: Literal["withheld", "kept"] = "withheld"
    """Beyond 1,000 deletes, modifiedSince lists none of them, or those still kept."""

    def __post_init__(self) -> None:
        if "clear" not in (self.null_write, self.empty_write):
            raise ValueError("Quickbase switches: null_write or empty_write has to be 'clear'.")
