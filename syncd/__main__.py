"""`python -m syncd` is the same as `syncd`."""

from __future__ import annotations

from syncd.cli.app import main

if __name__ == "__main__":
    main()
