"""One switch for every Procore behaviour that nobody here could confirm.

The product has to pass under every reading; the defaults are the ones the reference calls
likely (reference procore-api §16-20, §25).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["APART", "ProcoreSwitches"]

APART = {"drawn": "apart"}
"""The mark of a switch that is drawn after all others, by dice of its own."""


@dataclass(frozen=True, slots=True)
class ProcoreSwitches:
    """The unconfirmed behaviours, chosen. Lags are in seconds.

    Those with `APART` came later: they are drawn by dice of their own, so that the readings that a seed
    stands for stay what they were.
    """

    # Lists
    lower_inclusive: bool = True
    """A range's lower bound belongs to it."""
    upper_inclusive: bool = True
    """A range's upper bound belongs to it."""
    quoted_range: Literal["optional", "required", "refused"] = "optional"
    """Whether a date range stands in double quotes."""
    list_order: Literal["id", "name", "updated_desc"] = "id"
    """Order of a list that no sort asked for; `updated_desc` moves while one pages."""
    default_page: int = 100
    """Rows of a page when the call gives no `per_page`."""
    max_page: int = 2_000
    """Most rows of a page, where the endpoint has no smaller limit of its own."""
    over_max_page: Literal["clamp", "refuse"] = "clamp"
    """A larger `per_page` is cut down, or refused with 400."""
    unknown_filter: Literal["ignore", "refuse"] = "ignore"
    """A filter that the endpoint does not know."""
    rfi_status_filter: Literal["list_only", "either"] = "list_only"
    """`filters[status]=open` is refused with 400; only `filters[status][]=open` is understood."""
    list_lag: float = 0.0
    """How long lists go on showing the old state."""
    read_lag: float = 0.0
    """How long a read by id goes on showing the old state."""

    # Writes
    noop_bumps_updated: bool = False
    """A write that changes nothing still moves `updated_at`."""
    reply_bumps_rfi: bool = True
    """A new reply moves the `updated_at` of its RFI."""
    money: Literal["as_sent", "cents"] = "as_sent"
    """Decimals are stored as they were sent, or rounded half up to two places."""
    trim_text: bool = False
    """White space round a text is dropped when it is stored."""
    blank_text: Literal["kept", "null"] = "kept"
    """An empty text is stored as it is, or as null."""
    vendor_patch_needs_name: bool = True
    """PATCH of a vendor without `name` is refused."""
    submittal_patch_needs_number: bool = False
    """PATCH of a submittal without `number` is refused, as the vendor's schema says and its text does not."""
    submittal_number_twice: Literal["refused", "taken"] = "refused"
    """A number and revision that the specification section has already: 422, or a second one."""
    approver_bumps_submittal: bool = True
    """An approver's answer moves the `updated_at` of its submittal."""
    approver_answer: Literal["one", "all"] = "one"
    """The list that answers an approver's update: the approver alone, or all of the submittal."""
    purchase_sync_ids: Literal["known", "ignored"] = "known"
    """An `id` in the items of purchase orders' sync, which the documents do not mention there."""
    sync_order: Literal["input", "shuffled"] = "input"
    """Order of a sync's `entities`."""
    sync_overflow: Literal["refuse", "first_only"] = "refuse"
    """More than 1,000 items in a sync: 400, or the first 1,000 are taken and the rest dropped."""

    # Access
    unseen: Literal[403, 404] = 404
    """Status for a record or project that exists and may not be seen."""
    tool_off: Literal[403, 404] = 403
    """Status when the tool is disabled in the project."""
    no_company_header: Literal[400, 403] = 400
    """Status for a call without `Procore-Company-Id`."""
    recycled_show: Literal[404, 200] = 404
    """A record in the recycle bin asked for by its id."""
    inactive_vendor_show: Literal[200, 404] = 200
    """An inactive vendor asked for by its id."""
    approved_delete: Literal[400, 403] = 400
    """Status for deleting an approved purchase order."""
    error_shape: Literal["errors_text", "errors_list", "message"] = "errors_text"
    """Body of 400, 403 and 404."""
    refresh_ends_access: bool = True
    """Using a refresh token ends the access token that came with it."""

    # Limits
    window: Literal["rolling", "fixed"] = "rolling"
    """Whether a limit forgets calls one by one, or all at once when its window is over."""
    retry_after: bool = False
    """A 429 carries `Retry-After`."""
    limit_body: Literal["text", "json"] = "text"
    """Body of a 429."""
    refused_calls_count: bool = False
    """Calls answered with 429 count against the limits too."""

    # The directory
    new_user_active: bool = True
    """A new user is active, although `is_active: false` was sent."""
    user_patch_needs_names: bool = True
    """PATCH of a user without `last_name` and `email_address` is refused."""
    user_patch_revives: Literal["ignored", "refused"] = "ignored"
    """PATCH of an inactive user with `is_active: true`: the key is passed over, or the call refused."""
    inactive_user_show: Literal[200, 404] = 200
    """An inactive user asked for by the id."""
    member_nulls: Literal["single", "always"] = "single"
    """Keys without a value are left out of a project user's show and add, or of lists as well."""
    member_stamps: Literal["person", "membership"] = "person"
    """Whose stamps a project user carries, and is filtered by."""
    add_again: Literal["unchanged", "refused"] = "unchanged"
    """Adding somebody who is in the project: 201 and nothing changes, or 422."""

    # Budgets
    uses_budget_changes: bool = True
    """The company uses budget changes: writes to budget modifications are answered 405."""
    grand_total_fixed: bool = False
    """The company forbids budget modifications that take from no line."""
    modification_patch_needs_all: bool = False
    """PATCH of a budget modification without its target and amount is refused, as the schema says."""
    locked_budget: Literal[422, 403] = 422
    """Status for changing original amounts while the budget is locked."""
    lock_again: Literal["same", "refused"] = "same"
    """Locking a locked budget, or unlocking an open one: as if it had changed, or 422."""
    lock_binds: bool = field(default=True, repr=False, metadata=APART)
    """A lock keeps the API from changing original amounts, or only people in the web application."""
    lines_v2: Literal[200, 404, 403] = field(default=200, repr=False, metadata=APART)
    """Status of version 2.0's list of budget lines, a beta."""
    change_lines_v2: Literal[200, 404, 403] = field(default=200, repr=False, metadata=APART)
    """Status of version 2.0's list of the lines of all budget changes."""
    view_row_keys: Literal["names", "ids"] = field(default="names", repr=False, metadata=APART)
    """What a budget view's own columns go by in its rows: their names, or their ids."""

    # Documents and photos
    index_hides_bin: bool = True
    """The documents index leaves out what is in the recycle bin, where no filter asks."""
    document_twice: Literal[400, 409] = 400
    """Status for a new document of a name that its folder has already."""
    version_order: Literal["newest_first", "oldest_first"] = "newest_first"
    """Order of a file's versions."""
    download_link: Literal["redirect", "direct"] = "redirect"
    """A link in a record leads to the vendor's own host, which leads on, or to the storage at once."""
    link_signing: Literal["kept", "anew"] = field(default="kept", repr=False, metadata=APART)
    """A link to bytes is the same whenever a record is read, or signed anew each time."""
    album_delete: Literal["recycles", "keeps"] = "recycles"
    """The images of a deleted album go to the recycle bin, or stay without an album."""
