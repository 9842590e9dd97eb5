"""The web application, as far as a person needs it to attach what is too large for the API (§5, §6).

    POST /quickbase/web/{table}/{record}/{field}    a form with one file, as a browser sends it

The vendor does not document the addresses of its web application, nor can a token sign in there: this
address is the sandbox's own, and a user token stands in for the browser's session.
"""

from __future__ import annotations

import io

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from syncd.sandbox.message import Request, Response
from syncd.sandbox.quickbase.files import added, found
from syncd.sandbox.quickbase.realm import Realm
from syncd.sandbox.quickbase.wire import Call, Token, encode, json_text, refuse

__all__ = ["MOUNT", "by_web"]

MOUNT = "/quickbase/web"
"""Where the sandbox serves it."""


def by_web(realm: Realm, request: Request, token: Token) -> Response:
    """Attach a form's one file as the newest version. Raises Refusal."""
    parts = request.path.split("/")
    if request.method != "POST" or len(parts) != 4:
        raise refuse(f"{request.method} {request.path} is not an address of this application.", 404)
    call = Call(request, token, dict(zip(("table", "record", "field"), parts[1:], strict=True)))
    table, rid, key, versions = found(realm, call, None)
    file = _file(request)
    megabyte = realm.switches.megabyte
    try:
        after = added(versions, file.filename or "", file.stream.read(), token.owner, realm.stamp(), megabyte)
    except ValueError as error:
        raise refuse(f"Field {call.args['field']}: {error}", 413, "Payload too large") from None
    realm.write(table, rid, {key: after}, token)
    return json_text(encode(after[-1].wire()))


def _file(request: Request) -> FileStorage:
    """The one file of the form. Raises Refusal (400)."""
    kind, options = parse_options_header(request.header("content-type"))
    parser = FormDataParser(stream_factory=_stream, silent=False)
    try:
        _, _, files = parser.parse(io.BytesIO(request.body), kind, len(request.body), options)
    except (ValueError, HTTPException):
        raise refuse("The form cannot be read.") from None
    sent = [file for file in files.values() if file.filename]
    if len(sent) != 1:
        raise refuse("The form has to hold one file.")
    return sent[0]


def _stream(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> io.BytesIO:
    """Where the parser puts a part: the body is in memory as it is."""
    return io.BytesIO()
