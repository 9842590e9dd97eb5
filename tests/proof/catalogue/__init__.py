"""Worlds of all resources that can be written: the full stack over a drawn few of them."""
