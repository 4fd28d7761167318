"""Ferry times between invented harbours. Standard library only, no state between calls."""

CROSSINGS = {
    ("marenberg", "peleberg"): 95,
    ("marenberg", "tolwick"): 140,
    ("tolwick", "peleberg"): 60,
}


def crossing_minutes(origin, destination):
    if not isinstance(origin, str) or not isinstance(destination, str):
        return {"error": {"type": "TypeError", "message": "origin and destination must be text"}}
    minutes = CROSSINGS.get((origin.strip().lower(), destination.strip().lower()))
    if minutes is None:
        return {"error": {"type": "NotFound", "message": "no crossing between these harbours"}}
    return {"origin": origin, "destination": destination, "minutes": minutes}
