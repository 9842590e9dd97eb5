"""Reading whatever words a vendor finds, in every shape that either has used."""

from __future__ import annotations

from decimal import Decimal

import pytest

from syncd.http.json_text import decode, encode
from syncd.http.problems import vendor_words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"errors": "no such filter"}', "no such filter"),
        (b'{"errors": ["one", "two"]}', "one; two"),
        (
            b'{"errors": {"name": ["is blank", "is short"], "city": ["?"]}}',
            "name: is blank; is short; city: ?",
        ),
        (b'{"message": "m", "error": "e"}', "m; e"),
        (b'{"code": "x", "message": "m", "fields": {"a": "b"}, "reason": "r"}', "m; r; a: b"),
        (b'{"error": {"code": "c", "message": "m", "details": [{"message": "d"}]}}', "m; d"),
        (b'{"error": "invalid_grant", "error_description": "gone"}', "gone; invalid_grant"),
        (b'{"message": "Bad request", "description": "Required header"}', "Bad request; Required header"),
        (b'{"name": ["has already been taken"]}', "name: has already been taken"),
        (b"<html><head><title>502 Bad\n Gateway</title></head></html>", "502 Bad Gateway"),
        (b"<html><body><h1>Sorry <b>closed</b></h1></body></html>", "Sorry closed"),
        (b"<html>nothing</html>", ""),
        (b"You have surpassed the max number", "You have surpassed the max number"),
        (b'"plain"', "plain"),
        (b"", ""),
        (b"[]", ""),
        (b"null", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_every_known_shape_of_error_body(body: bytes, words: str) -> None:
    """The reader finds the words, and never fails on a body it does not know."""
    assert vendor_words(body) == words


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 50_000, b"9" * 60_000, b"\x00" * 99, b"{" * 9])
def test_hostile_bodies_do_no_harm(body: bytes) -> None:
    """Deep, long or binary bodies still give at most 300 characters."""
    assert len(vendor_words(body)) <= 300


@pytest.mark.parametrize("text", ["NaN", "-Infinity", '{"a": NaN}', "[1,]", "", "[" * 100_000])
def test_what_is_not_json_is_a_value_error(text: str) -> None:
    """No lenient reading: a number that is none would end up in a baseline."""
    with pytest.raises(ValueError):
        decode(text.encode())


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), float("nan")])
def test_what_json_cannot_say_is_not_sent(value: object) -> None:
    """NaN and infinities never leave."""
    with pytest.raises(ValueError):
        encode({"a": value})


@pytest.mark.parametrize(
    "text", ["0", "-0.5", "1.10", "1E+2", "1E-7", "123456789012345678901.5", "0.1234567890123456789", "1E+60"]
)
def test_decimals_survive_the_way_out_and_back(text: str) -> None:
    """What is encoded decodes to an equal number, digit for digit."""
    assert Decimal(decode(encode({"a": [Decimal(text), "x\u2028"]}))["a"][0]) == Decimal(text)
