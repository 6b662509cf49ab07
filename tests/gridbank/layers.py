"""On which floor every module of the house stands: the one place where a name gets its layer.

A floor may ask its own floor and those below. Most names mean the same in every room; a room's own words follow.
"""

FLOORS = (
    "enums",
    # plain values in, plain values out: no model, no query; a condition (Q) is a value
    "pure",
    "models",
    "policies",
    "selectors",
    "services",
    "presenting",
    # what is asked of a person or of the clock
    "forms",
    # where somebody comes in: a browser, a program, the command line, another room's page
    "doors",
    # what is read once at the start, and ties everything together
    "wiring",
)

# The same in every room.
EVERYWHERE = {
    "__init__": "wiring",
    "actions": "enums",
    "enums": "enums",
    "models": "models",
    "managers": "models",
    "policies": "policies",
    "selectors": "selectors",
    "services": "services",
    "presenting": "presenting",
    "forms": "forms",
    "tasks": "forms",
    "sheets": "forms",
    "views": "doors",
    "api": "doors",
    "management": "doors",
    "templatetags": "doors",
    "navigation": "doors",
    "middleware": "doors",
    "apps": "wiring",
    "urls": "wiring",
    "signals": "wiring",
}

# A room's own words. `catalogue` (the register of personal data) names fields and reads none.
ROOMS = {
    "gridbank": {
        "access": "pure",
        "addresses": "pure",
        "api": "doors",
        "api_router": "wiring",
        "api_urls": "wiring",
        "broker": "pure",
        "celery": "doors",
        "checks": "services",
        "context": "pure",
        "days": "pure",
        "errors": "pure",
        "fields": "forms",
        "formats": "pure",
        "idempotency": "services",
        "keyset": "models",
        "keys": "pure",
        "logs": "models",
        "lookups": "models",
        "numbers": "pure",
        "pages": "presenting",
        "processes": "pure",
        "scoping": "models",
        "retries": "pure",
        "sealing": "pure",
        "serving": "doors",
        "settings": "wiring",
        "triggers": "models",
        "turns": "models",
        "widgets": "forms",
        "wsgi": "wiring",
        "environment": "pure",
        "fingerprints": "services",
        "outages": "pure",
        "readiness": "services",
        "workdays": "pure",
    },
    "people": {"access": "policies", "passwords": "models", "tokens": "pure"},
    "audit": {"anchors": "services", "guards": "models", "labels": "pure", "verification": "services"},
    "jobs": {
        "clock": "services",
        "faces": "models",
        "handlers": "services",
        "leases": "services",
        "requesting": "services",
        "running": "services",
        "scope": "pure",
        "sweeping": "services",
    },
    "grids": {
        "authority": "policies",
        "closing": "models",
        "measures": "models",
        "naming": "pure",
        "columns": "models",
        "panels": "models",
    },
    "exchange": {"commands": "doors", "reading": "pure", "writing": "pure"},
    "ground": {"geometry": "pure", "guards": "models", "panels": "doors"},
    "customers": {
        "attribution": "models",
        "claiming": "models",
        "degrees": "models",
        "guards": "models",
        "catalogue": "pure",
        "completeness": "pure",
        "identity": "pure",
        "panels": "models",
        "pii": "models",
        "pinyin": "pure",
        "searching": "pure",
        "conditions": "selectors",
        "naming": "pure",
        "personal": "models",
    },
    "needs": {"catalogue": "pure", "keys": "pure", "panels": "doors"},
    "products": {"panels": "doors"},
    "visits": {
        "body": "pure",
        "cadence": "models",
    },
    "performance": {
        "computing": "services",
        "faces": "doors",
        "facts": "services",
        "guards": "models",
        "indicators": "models",
        "nearing": "models",
        "scoring": "pure",
    },
    "dashboards": {"charts": "pure", "measures": "doors"},
    "demo": {
        "activity": "services",
        "bank": "services",
        "calendar": "pure",
        "families": "services",
        "geography": "pure",
        "loading": "services",
        "names": "pure",
        "rhythm": "services",
        "seeding": "services",
        "words": "services",
    },
}


def floor_of(room: str, name: str) -> int | None:
    """Return how high a module of a room stands; None when nobody gave its name a floor."""
    word = ROOMS.get(room, {}).get(name) or EVERYWHERE.get(name)
    return None if word is None else FLOORS.index(word)
