"""A tool as a model writes them: rows of made-up data, a search over them, a list of hits."""
import json
import math
import re
from datetime import datetime, timedelta

CITIES = ["OSL", "ARN", "HEL", "CPH", "KEF"]
FERRIES = [
    {
        "id": f"FY{200 + i}",
        "from": CITIES[i % 5 if i % 2 else 0],
        "to": CITIES[(i * 3 + 1) % 5 if i % 3 else 1],
        "leaves": f"2026-05-{i % 28 + 1:02d}T{i * 5 % 24:02d}:15:00",
        "minutes": 120 + i * 41 % 900,
        "price": round(45 + i * 37.3 % 400, 2),
        "berths": i * 7 % 11,
    }
    for i in range(60)
]
HARBOUR_FEE = {"OSL": 0.04, "ARN": 0.05, "HEL": 0.03, "CPH": 0.06, "KEF": 0.1}


def search_ferries(origin, destination, first_day="2026-05-01", days=14, most=None, order="price"):
    """The ferries of a route within some days, cheapest or fastest first."""
    for code in (origin, destination):
        if not re.fullmatch(r"[A-Z]{3}", code):
            return {"status": "error", "message": f"not a harbour code: {code!r}"}
    start = datetime.fromisoformat(first_day)
    rows = []
    for ferry in FERRIES:
        leaves = datetime.fromisoformat(ferry["leaves"])
        if (ferry["from"], ferry["to"]) != (origin, destination) or not start <= leaves < start + timedelta(days=days):
            continue
        total = round(ferry["price"] * (1 + HARBOUR_FEE[origin]), 2)
        if most is None or total <= most:
            arrives = (leaves + timedelta(minutes=ferry["minutes"])).isoformat()
            hours = math.floor(ferry["minutes"] / 6) / 10
            rows.append({"id": ferry["id"], "leaves": ferry["leaves"], "arrives": arrives, "hours": hours, "total": total})
    rows.sort(key=lambda row: (row["total"] if order == "price" else row["hours"], row["id"]))
    return json.loads(json.dumps({"status": "ok", "count": len(rows), "ferries": rows[:10]}))
