"""What an operator sees: logs without secrets, and metrics."""
