"""Simulators of both vendors, stateful and honest: they imitate the vendor, not our client."""
