"""JSON in and out: digits are kept, and text that was cut within a character stops nothing."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from syncd.http.json_text import decode, encode


@pytest.mark.parametrize(
    "raw",
    [b'{"name": "Tower \\ud83d"}', b'{"name": "Tower \\uDE00"}', b'{"name": "Tower \xed\xa0\xbd"}'],
)
def test_half_a_character_is_read_as_the_sign_for_an_unknown_one(raw: bytes) -> None:
    """A name whose emoji was cut in half can be stored, shown and sent on.

    It used to be read as it came, and raised UnicodeEncodeError when it was sent to the other side,
    which stopped every mapping.
    """
    assert decode(raw) == {"name": "Tower \ufffd"}
    assert json.loads(encode(decode(raw))) == {"name": "Tower \ufffd"}


def test_halves_are_mended_at_any_depth_and_in_keys() -> None:
    """Lists, objects and the names in them are looked through."""
    assert decode(b'[{"a\\ud83d": ["\\ud83d", 1.5, null]}]') == [
        {"a\ufffd": ["\ufffd", Decimal("1.5"), None]}
    ]


def test_whole_characters_stay_as_they_are() -> None:
    """A pair of escapes is one character, and an escaped backslash before `ud83d` is plain text."""
    assert decode(b'["\\ud83d\\ude00", "\\\\ud83d", "\xed\x95\x9c"]') == ["\U0001f600", "\\ud83d", "\ud55c"]


def test_half_a_character_from_anywhere_can_be_sent() -> None:
    """Text that did not come through `decode`, such as a mapping file's, cannot make encoding fail."""
    assert encode({"a": "x\ud83d", "b": Decimal("12345678901234567.89")}) == (
        '{"a":"x\ufffd","b":12345678901234567.89}'.encode()
    )


@pytest.mark.parametrize("raw", [b"1e99999999999999999999999", b"[" * 100_000, b'"\xff"', b"NaN", b""])
def test_what_cannot_be_read_is_a_value_error(raw: bytes) -> None:
    """Every unreadable body is one kind of error, so that the caller calls it an unreadable answer."""
    with pytest.raises(ValueError):
        decode(raw)
