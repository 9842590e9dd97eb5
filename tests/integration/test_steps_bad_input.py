"""Words that mean nothing for a resource, and projects where a tool is off: one clear sentence, and
nothing is half-written. Every resource of the catalogue is tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.catalog import Resource, Scope, names, resource
from syncd.cli.procore.asked import verbs_of
from syncd.cli.procore.narrowed import offered
from syncd.core.values import Kind
from syncd.procore.limits import LARGEST
from tests.support.stages import run_here
from tests.support.step_acts import ACTS, typed
from tests.support.step_makers import TABLES
from tests.support.step_site import Site, step_site

_FREE = {Kind.TEXT, Kind.RICH_TEXT, Kind.EMAIL, Kind.PHONE, Kind.URL}
"""Kinds that take any word."""

TOOLS = sorted(name for name in names() if resource(name).tool and name in TABLES)


@pytest.fixture(scope="module", params=[403, 404])
def closing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A sandbox that answers so where a tool is off."""
    with step_site(tmp_path_factory.mktemp("closing"), tool_off=request.param) as made:
        yield made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A sandbox that nobody should hear of."""
    with step_site(tmp_path_factory.mktemp("bad")) as made:
        yield made


def refused(site: Site, *words: str, code: int = 2) -> str:
    """What a command says that ends with this code: on stderr alone, and for people."""
    done = run_here(site.stage, "procore", *words, "--json")
    assert done.returncode == code, (words, done.stderr, done.stdout)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.fixture
def unheard(site: Site) -> Iterator[Site]:
    """The sandbox; whatever the test says, nobody is called and nothing is journalled."""
    asked, intent = site.asked(), site.last_intent()
    yield site
    assert site.asked() == asked
    assert site.last_intent() == intent


def home(about: Resource) -> list[str]:
    """The options that say where a record of the resource lives."""
    if about.scope is Scope.COMPANY:
        return []
    return ["--project", "1"] if about.scope is Scope.PROJECT else ["--project", "1", "--parent", "2"]


def place(about: Resource) -> str:
    """The name of a record of the resource."""
    return {Scope.COMPANY: "3", Scope.PROJECT: "1/3", Scope.RECORD: "1/2/3"}[about.scope]


@pytest.mark.parametrize("name", names())
def test_a_word_that_is_nearly_right_is_answered_by_the_right_one(unheard: Site, name: str) -> None:
    """Resources, verbs, filters and fields that do not exist are usage problems that name the nearest."""
    about, meant = resource(name), "did you mean {!r}?"
    verbs = set(verbs_of(about))
    assert meant.format(name) in refused(unheard, "search", name[:-1] + "x")
    for verb in verbs:
        assert meant.format(verb) in refused(unheard, verb + "x", name)
    if "invite" not in verbs:
        assert f"There is no 'invite' for {name}" in refused(unheard, "invite", name, place(about))
    for one in offered(about)[:2]:
        assert meant.format(one) in refused(unheard, "search", name, *home(about), "--filter", one + "x=1")
    for verb in verbs & {"create", "update", "add"}:
        for one in [one for one in about.fields if len(one.name) > 3][:2]:
            words = home(about) if verb == "create" else [place(about)]
            assert meant.format(one.name) in refused(unheard, verb, name, *words, f"{one.name}x=1")


@pytest.mark.parametrize("name", names())
def test_a_value_of_another_type_is_refused_with_what_the_field_takes(unheard: Site, name: str) -> None:
    """Each field that can be written says what it takes, or which verb writes it, before anybody is
    called."""
    about = resource(name)
    create = "add" if about.create_id else "create"
    for one in about.fields:
        if one.scope_id or not one.writable or (one.kind in _FREE and not one.field.choices):
            continue
        said = f"{one.name} takes " if one.write else "is written by a call of its own: say `syncd procore"
        if one.field.on_update and "update" in about.verbs:
            assert said in refused(unheard, "update", name, place(about), f"{one.name}=?!")
        elif one.name == about.create_id:
            assert said in refused(unheard, create, name, *home(about), f"{one.name}=?!")
        elif one.field.on_create and create in about.verbs:
            words = [place(about)] if about.create_id else home(about)
            assert said in refused(unheard, create, name, *words, f"{one.name}=?!")
    for one in about.filters:
        if one.allowed:
            word = f"{one.name}={one.allowed[0]}x"
            assert "did you mean" in refused(unheard, "search", name, *home(about), "--filter", word)


@pytest.mark.parametrize("name", names())
def test_what_nobody_can_write_is_not_written(unheard: Site, name: str) -> None:
    """A resource that is only read says why; a field that Procore keeps itself says that it does."""
    about = resource(name)
    if about.not_written:
        for verb in ("create", "update", "delete", "add", "remove"):
            assert about.not_written in refused(unheard, verb, name, place(about), "name=x")
        return
    kept = next((one for one in about.fields if not one.writable and not one.scope_id), None)
    if kept is not None and "update" in about.verbs:
        assert f"{kept.name} cannot be written" in refused(
            unheard, "update", name, place(about), f"{kept.name}=1"
        )
    if kept is not None and "create" in about.verbs:
        assert f"{kept.name} cannot be written" in refused(
            unheard, "create", name, *home(about), f"{kept.name}=1"
        )
    for verb in sorted({"create", "update", "delete"} - set(verbs_of(about))):
        assert f"There is no {verb!r} for {name}" in refused(unheard, verb, name, place(about))


@pytest.mark.parametrize("name", TOOLS)
def test_where_the_tool_is_off_nothing_is_read_or_written(closing: Site, name: str) -> None:
    """The sentence names tool and project, whichever status Procore answers, and no write stays open."""
    about, state = resource(name), closing.sim.state
    acts = [(verb, typed(closing, name, verb)) for known, verb in ACTS if known == name]
    here = closing.named(name, next(iter(closing.rows(name))))
    state.tools_off |= {(one, state.resources[TABLES[name]].tool) for one in closing.rows("projects")}
    intent, changes = closing.last_intent(), closing.count()
    words = f"tool {about.tool} is off in project "
    try:
        scope = ["--project", here.partition("/")[0]]
        scope += ["--parent", here.rpartition("/")[0]] if about.scope is Scope.RECORD else []
        told = refused(closing, "search", name, *scope, code=1)
        assert words in told
        assert ("no such record" in told) <= (about.scope is Scope.RECORD), "a search names no record"
        if "look-up" in about.verbs:
            assert words in refused(closing, "look-up", name, here, code=1)
        for verb, typed_words in acts:
            assert words in refused(closing, verb, name, *typed_words, code=1)
    finally:
        state.tools_off.clear()
    assert closing.count() == changes
    assert {one.state for one in closing.intents(intent)} <= {"refused"}


@pytest.mark.parametrize(
    ("size", "said"), [(0, "cannot be read as JSON"), (4 * 1024 * 1024 + 1, "is larger than 4,194,304 bytes")]
)
def test_an_empty_or_endless_document_is_refused(unheard: Site, size: int, said: str) -> None:
    """What holds no values, and what is far larger than any record, is never sent."""
    document = unheard.stage.folder / "document.json"
    document.write_bytes(b" " * size)

    assert said in refused(unheard, "create", "vendors", "--from", str(document))


@pytest.mark.parametrize(("name", "field"), [("files", "name"), ("images", "image_name")])
def test_an_upload_without_bytes_is_refused(unheard: Site, name: str, field: str) -> None:
    """A name alone makes neither a file nor an image; a word that is no value is the file, not a record."""
    assert "needs a file" in refused(unheard, "upload", name, "--project", "1", f"{field}=a.jpg")
    assert "1/2 cannot be read: No such file" in refused(unheard, "upload", name, "1/2", "--project", "1")


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_an_empty_or_too_large_file_is_refused(unheard: Site, size: int) -> None:
    """What holds nothing, and what is larger than we carry, is refused by its name before a byte is sent."""
    file = unheard.stage.folder / f"plan{size}.pdf"
    with file.open("wb") as made:
        made.truncate(size)
    said = f"{LARGEST:,} at most" if size else "is empty"

    assert said in refused(unheard, "upload", "files", file.name, "--project", str(unheard.project))
    assert said in refused(unheard, "create-version", "files", f"{unheard.project}/1", "--file", file.name)


def test_a_file_that_is_none_is_refused(unheard: Site) -> None:
    """A directory, a device, two files, a file beside an upload: each is told before anybody is called."""
    home = ["--project", "1"]
    assert ". is a directory" in refused(unheard, "upload", "files", ".", *home)
    assert "/dev/null is no regular file" in refused(unheard, "upload", "files", "/dev/null", *home)
    assert "'b.pdf' is neither" in refused(unheard, "upload", "files", "a.pdf", "b.pdf", *home)
    assert "Two files are named" in refused(unheard, "upload", "files", "a.pdf", "--file", "b.pdf", *home)
    (unheard.stage.folder / "a.pdf").write_bytes(b"a")
    assert "not both" in refused(unheard, "upload", "files", "a.pdf", "upload_uuid=1", *home)
    assert "needs album" in refused(unheard, "upload", "images", "a.pdf", *home)


def test_a_place_where_no_file_can_be_put_is_refused(unheard: Site) -> None:
    """A download names its target before it asks: what is there stays, and nothing is made beside it."""
    (unheard.stage.folder / "there.pdf").write_bytes(b"mine")
    assert "say --force" in refused(unheard, "download", "files", "1/2", "--to", "there.pdf")
    assert "no directory no" in refused(unheard, "download", "files", "1/2", "--to", "no/where.pdf")
    assert "no regular file" in refused(unheard, "download", "files", "1/2", "--to", "/dev/null", "--force")
    assert "There is no 'download' for rfis" in refused(unheard, "download", "rfis", "1/2")
    assert (unheard.stage.folder / "there.pdf").read_bytes() == b"mine"
