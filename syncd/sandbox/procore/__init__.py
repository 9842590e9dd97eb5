"""The Procore simulator: OAuth, the REST resources in scope, and the vendor's awkward habits."""
