"""The pure heart: values, rules, decisions. Standard library only; no I/O, no clock, no chance."""
