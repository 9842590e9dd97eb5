"""Form bodies as the Procore simulator reads them (reference §0.2)."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from syncd.sandbox.procore.form import Part, read_form, read_multipart
from tests.support.procore_sandbox import little_world

_BOX = little_world()
_KIND = "multipart/form-data; boundary=edge"


def _body(*parts: tuple[str, bytes]) -> bytes:
    """A multipart body of heads and contents."""
    lines = [
        b"--edge\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + data + b"\r\n"
        for head, data in parts
    ]
    return b"".join(lines) + b"--edge--\r\n"


def test_bracketed_keys_nest_and_collect() -> None:
    """`a[b][c]` nests, `a[]` collects; keys with broken brackets, or at odds with others, are dropped."""
    body = b"rfi[subject]=S&rfi[question][body]=Why%3F&rfi[ids][]=1&rfi[ids][]=2&plain=x"
    body += b"&a[=1&plain[y]=2&b[][c]=1"
    nested = {"subject": "S", "question": {"body": "Why?"}, "ids": ["1", "2"]}
    assert read_form(body) == {"rfi": nested, "plain": "x"}


def test_a_multipart_body_has_fields_and_files() -> None:
    """A part with a file name is a file, byte for byte; the others are texts."""
    data = bytes(range(256)) + b"\r\n--edg\r\n"
    body = _body(
        ('name="file[name]"', "Plän".encode()),
        ('name="file[data]"; filename="p.bin"\r\nContent-Type: image/png', data),
    )
    assert read_multipart(body, _KIND) == {"file": {"name": "Plän", "data": Part("p.bin", "image/png", data)}}
    assert read_multipart(b"no parts", "multipart/form-data") is None


def test_a_record_can_be_written_with_a_form() -> None:
    """Both kinds of form write what JSON writes; a file where a text belongs is 422."""
    box, company = _BOX, str(_BOX.company)
    sent = _body(('name="company_id"', company.encode()), ('name="vendor[name]"', b"By form"))
    made = box.call("POST", "v1.0/vendors", sent, content_type=_KIND)
    assert (made.status, json.loads(made.body)["name"]) == (201, "By form")
    plain = f"company_id={company}&vendor[name]=Plain".encode()
    assert (
        box.call("POST", "v1.0/vendors", plain, content_type="application/x-www-form-urlencoded").status
        == 201
    )
    file = _body(('name="company_id"', company.encode()), ('name="vendor[name]"; filename="x"', b"x"))
    assert box.call("POST", "v1.0/vendors", file, content_type=_KIND).status == 422


@given(
    st.binary(max_size=60), st.sampled_from([_KIND, "multipart/form-data", "multipart/form-data; boundary="])
)
def test_any_form_gets_an_answer(body: bytes, kind: str) -> None:
    """Bytes that are no form are refused, never a crash."""
    for raw in (body, b"--edge\r\n" + body + b"\r\n--edge--"):
        assert _BOX.call("POST", "v1.0/vendors", raw, content_type=kind).status == 400
