"""The command line: the only room that imports Typer and Rich.

`app.py` holds the list of commands and turns errors into exit codes, `wiring.py` builds
everything a command needs from the settings, in one place. Commands print results on
stdout and everything else on stderr; what is heavy is imported inside them, so that
`syncd --help` stays quick.
"""
