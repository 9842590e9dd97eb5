"""The Quickbase half of the sandbox: realm, apps, tables, records, and the REST calls on them."""
