"""A plainly invented construction company on both sides: what there is to sync, as a newcomer meets it."""
