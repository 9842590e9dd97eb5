"""The port `Side`, its adapters for both vendors, and a side that lives in memory."""
