"""Which call of Procore each step is, from the vendor's documents (reference procore-api §1-14).

Written down by hand and by the templates of the sandbox's statistics, so that the catalogue is not
measured by itself.
"""

from __future__ import annotations

__all__ = ["CALLS", "UPLOADS"]

_COMPANY = "/rest/v1.0/companies/{company_id}"
_PROJECT = "/rest/v1.0/projects/{project_id}"
_USERS = "/rest/v1.3/companies/{company_id}/users"
_LINES = "/rest/v2.0/companies/{company_id}/projects/{project_id}/budget_line_items"
_EVENTS = "/rest/v1.1/change_events"
_SUBMITTALS = "/rest/v1.1/projects/{project_id}/submittals"
_ORDERS = "/rest/v1.0/purchase_order_contracts"
_ALBUMS = "/rest/v1.0/image_categories"
_DOCUMENTS = f"{_PROJECT}/documents"
_FIRMS = "/rest/v1.1/projects/{project_id}/vendors"

CALLS = {
    ("companies", "search"): "GET /rest/v1.0/companies",
    ("projects", "search"): "GET /rest/v1.1/projects",
    ("projects", "create"): "POST /rest/v1.0/projects",
    ("projects", "update"): "PATCH /rest/v1.0/projects/{id}",
    ("projects", "look-up"): "GET /rest/v1.0/projects/{id}",
    ("vendors", "search"): "GET /rest/v1.0/vendors",
    ("vendors", "create"): "POST /rest/v1.0/vendors",
    ("vendors", "update"): "PATCH /rest/v1.0/vendors/sync",
    ("vendors", "look-up"): "GET /rest/v1.0/vendors/{id}",
    ("project-vendors", "add"): f"POST {_FIRMS}/{{id}}/actions/add",
    ("project-vendors", "remove"): f"DELETE {_FIRMS}/{{id}}/actions/remove",
    ("change-events", "search"): f"GET {_EVENTS}",
    ("change-events", "look-up"): f"GET {_EVENTS}/{{id}}",
    ("users", "search"): f"GET {_USERS}",
    ("users", "create"): f"POST {_USERS}",
    ("users", "update"): f"PATCH {_USERS}/sync",
    ("users", "invite"): f"PATCH {_USERS}/{{id}}/invite",
    ("users", "look-up"): f"GET {_USERS}/{{id}}",
    ("project-users", "add"): f"POST {_PROJECT}/users/{{id}}/actions/add",
    ("project-users", "remove"): f"DELETE {_PROJECT}/users/{{id}}/actions/remove",
    ("project-users", "set-permission-template"): f"PATCH {_PROJECT}/permission_template_assignments",
    ("company-roles", "search"): f"GET {_COMPANY}/roles",
    ("project-roles", "search"): "GET /rest/v1.0/project_roles",
    ("rfis", "search"): f"GET {_PROJECT}/rfis",
    ("rfis", "create"): f"POST {_PROJECT}/rfis",
    ("rfis", "update"): f"PATCH {_PROJECT}/rfis/{{id}}",
    ("rfis", "look-up"): f"GET {_PROJECT}/rfis/{{id}}",
    ("budget-line-items", "search"): f"GET {_LINES}",
    ("budget-line-items", "create"): "POST /rest/v1.0/budget_line_items",
    ("budget-line-items", "update"): "PATCH /rest/v1.0/budget_line_items/{id}",
    ("budget-line-items", "look-up"): "GET /rest/v1.0/budget_line_items/{id}",
    ("budget-modifications", "create"): f"POST {_PROJECT}/budget_modifications",
    ("budget-modifications", "update"): f"PATCH {_PROJECT}/budget_modifications/{{id}}",
    ("budget-modifications", "delete"): f"DELETE {_PROJECT}/budget_modifications/{{id}}",
    ("budget-modifications", "look-up"): f"GET {_PROJECT}/budget_modifications/{{id}}",
    ("budgets", "lock"): f"POST {_PROJECT}/budget/lock",
    ("budgets", "unlock"): f"DELETE {_PROJECT}/budget/lock",
    ("budgets", "look-up"): f"GET {_PROJECT}/budget",
    ("offices", "search"): "GET /rest/v1.0/offices",
    ("offices", "create"): "POST /rest/v1.0/offices",
    ("offices", "update"): "PATCH /rest/v1.0/offices/{id}",
    ("offices", "delete"): "DELETE /rest/v1.0/offices/{id}",
    ("offices", "look-up"): "GET /rest/v1.0/offices/{id}",
    ("files", "search"): f"GET {_DOCUMENTS}",
    ("files", "upload"): "POST /rest/v1.0/files",
    ("files", "create-version"): "POST /rest/v1.0/file_versions",
    ("files", "update"): "PATCH /rest/v1.0/files/{id}",
    ("files", "delete"): "DELETE /rest/v1.0/files/{id}",
    ("files", "look-up"): "GET /rest/v1.0/files/{id}",
    ("albums", "search"): f"GET {_ALBUMS}",
    ("albums", "create"): f"POST {_ALBUMS}",
    ("albums", "update"): f"PATCH {_ALBUMS}/{{id}}",
    ("albums", "delete"): f"DELETE {_ALBUMS}/{{id}}",
    ("albums", "look-up"): f"GET {_ALBUMS}/{{id}}",
    ("submittals", "search"): f"GET {_SUBMITTALS}",
    ("submittals", "create"): f"POST {_SUBMITTALS}",
    ("submittals", "update"): f"PATCH {_SUBMITTALS}/{{id}}",
    ("submittals", "delete"): f"DELETE {_SUBMITTALS}/{{id}}",
    ("submittals", "look-up"): f"GET {_SUBMITTALS}/{{id}}",
    ("submittal-approvers", "update"): "PATCH /rest/v1.0/submittal_approvers/{id}",
    ("images", "search"): "GET /rest/v1.0/images",
    ("images", "upload"): "POST /rest/v1.0/images",
    ("images", "update"): "PATCH /rest/v1.0/images/{id}",
    ("images", "delete"): "DELETE /rest/v1.0/images/{id}",
    ("images", "look-up"): "GET /rest/v1.0/images/{id}",
    ("folders", "create"): "POST /rest/v1.0/folders",
    ("folders", "update"): "PATCH /rest/v1.0/folders/{id}",
    ("folders", "delete"): "DELETE /rest/v1.0/folders/{id}",
    ("folders", "look-up"): "GET /rest/v1.0/folders/{id}",
    ("purchase-orders", "search"): f"GET {_ORDERS}",
    ("purchase-orders", "look-up"): f"GET {_ORDERS}/{{id}}",
}
"""By resource and verb: method and path template. A linked record is fetched by its look-up's call."""

UPLOADS = "POST /rest/v1.1/projects/{project_id}/uploads"
"""What is asked before bytes are brought (§10.2)."""
