"""`syncd connect procore`: a person lets syncd in, by OAuth's authorization code."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.output import say
from syncd.errors import AuthProblem, ConfigProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring

__all__ = ["app"]

app = typer.Typer(help="Let syncd in where a person has to allow it.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Let syncd in where a person has to allow it."""


@app.command("procore")
def procore(
    listen: Annotated[
        bool,
        typer.Option("--listen", help="Wait for the browser on this machine instead of asking for the code."),
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port for --listen; it must be registered.")
    ] = 0,
) -> int:
    """Authorise syncd for Procore in a browser, and keep the tokens in the state.

    Prints the page to open. Then paste the code (or the address you were sent to), or use
    --listen. Not needed with a service account's client credentials.
    """
    from syncd.cli.asking import daemon_runs, wake
    from syncd.cli.stopping import heed_signals
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        _require_app(wiring)
        if listen:
            heed_signals(wiring.stop)
        code, redirect = _received(wiring, port) if listen else _pasted(wiring)
        wiring.vendors.tokens.redeem(code, redirect)
        say("Procore has let syncd in; the tokens are kept in the state and renewed by themselves.")
        if daemon_runs(wiring):  # what failed for want of a token need not wait until it is tried again
            wake(wiring, "Every mapping runs now", wiring.intervals())
    return 0


def _require_app(wiring: Wiring) -> None:
    """Without an app of our own there is no page to open. Raises ConfigProblem."""
    given = wiring.settings.procore
    needed = {
        "SYNCD_PROCORE__COMPANY_ID": given.company_id,
        "SYNCD_PROCORE__CLIENT_ID": given.client_id,
        "SYNCD_PROCORE__CLIENT_SECRET": given.client_secret.get_secret_value(),
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise ConfigProblem(
            f"{', '.join(missing)} {are} not set.",
            hint="The id and secret are those of your app in Procore's developer portal.",
        )


def _pasted(wiring: Wiring) -> tuple[str, str]:
    """The code as a person pastes it: never from the command line, where others could see it."""
    from syncd.procore.connect import OUT_OF_BAND, authorize_url, code_in

    given = wiring.settings.procore
    say("Open this page and allow access:")
    print(authorize_url(given.login_url, given.client_id, OUT_OF_BAND), flush=True)
    say("Then paste the code here:")
    text = sys.stdin.readline()
    if not text:
        raise AuthProblem("No code was given.", hint="Run `syncd connect procore` again and paste the code.")
    return code_in(text), OUT_OF_BAND


def _received(wiring: Wiring, port: int) -> tuple[str, str]:
    from syncd.procore.connect import CodeReceiver, authorize_url

    given, state = wiring.settings.procore, secrets.token_urlsafe(16)
    with CodeReceiver(port) as receiver:
        say("Open this page and allow access; this waits for the answer:")
        print(authorize_url(given.login_url, given.client_id, receiver.redirect_uri, state), flush=True)
        return receiver.wait(wiring.clock, state, wiring.stop), receiver.redirect_uri
