"""The token refresh survives a crash at every call and commit."""

from __future__ import annotations

from tests.proof.token_sweep import Crashing, _run, sweep_tokens


def test_a_refresh_token_is_lost_only_where_nobody_could_save_it() -> None:
    """A crash before or after any call or commit, and a full disk at any commit, cost the
    authorisation only between Procore's answer and the commit that stores it; then the error
    names `syncd connect procore`, and doing so heals it (G9)."""
    problems, runs = sweep_tokens()
    assert problems == []
    assert runs > 40


def test_a_grant_that_met_a_full_disk_is_stored_by_the_next_try() -> None:
    """The new token is kept while the disk is full, not asked for again and not used unstored."""
    calm, _ = _run(Crashing())
    log = calm.crashing.log
    granted = next(place for place, one in enumerate(log) if one.endswith("/oauth/token"))
    storing = sum(one.startswith("commit") for one in log[: granted + 1]) + 1
    house, asked = _run(Crashing("commit", "before", storing, full=True))
    assert not asked
    assert house.problems == []
    assert len(house.spent) == len(set(house.spent)) == 3
