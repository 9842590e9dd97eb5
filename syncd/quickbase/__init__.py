"""The Quickbase client: records, queries, schema, and the shapes of values on the wire."""
