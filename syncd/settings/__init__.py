"""How to run: settings from environment, `.env`, a secrets directory and `syncd.yaml`.

What to sync is not here but in the mapping files.
"""

from __future__ import annotations

from syncd.settings.load import load_settings
from syncd.settings.model import Origin, ProcoreSettings, QuickbaseSettings, Settings
from syncd.settings.watch import Watch

__all__ = ["Origin", "ProcoreSettings", "QuickbaseSettings", "Settings", "Watch", "load_settings"]
