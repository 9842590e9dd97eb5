"""What Quickbase's API takes in one upload is known before a byte is sent."""

from __future__ import annotations

import base64
import json

import pytest

from syncd.quickbase.limits import BESIDE, LARGEST_REQUEST, LARGEST_UPLOAD, upload_refusal


def test_the_largest_upload_fits_into_one_request() -> None:
    """With its base64 and the longest name around it, it stays within the vendor's 40 MB (§2.1)."""
    value = {"fileName": "\N{GRINNING FACE}" * 255, "data": ""}
    body = {
        "to": "b" * 12,
        "data": [{"3": {"value": 10**12}, "7": {"value": value}}],
        "fieldsToReturn": [3] * 500,
    }
    encoded = len(base64.b64encode(bytes(LARGEST_UPLOAD)))

    assert len(json.dumps(body)) < BESIDE
    assert LARGEST_REQUEST - 4 < encoded + BESIDE <= LARGEST_REQUEST


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "is empty"),
        (LARGEST_UPLOAD + 1, f"takes {LARGEST_UPLOAD:,} in one upload"),
        (100_000_001, "100,000,000 at most"),
    ],
)
def test_what_is_refused_is_told_with_its_limit(size: int, words: str) -> None:
    """The sentence names the file and the limit that it is over."""
    assert upload_refusal("plan.pdf", size).startswith("plan.pdf ")
    assert words in upload_refusal("plan.pdf", size)


@pytest.mark.parametrize("size", [1, LARGEST_UPLOAD])
def test_what_fits_is_not_refused(size: int) -> None:
    """Up to the very limit."""
    assert upload_refusal("plan.pdf", size) == ""
