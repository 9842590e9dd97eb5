"""The port `Side` and what stands behind it: Procore, Quickbase, and a side in memory."""
