"""syncd keeps Procore and Quickbase records in agreement, in both directions."""

__version__ = "0.1.0"
