"""The Procore client: lists, single records, bulk sync, driven by the catalogue's data."""
