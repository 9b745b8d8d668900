"""An ordered list of models, as routers that take one want it: {"models": [first, second, ...]}.

    STATUSHUB_URL=http://localhost:5080 python3 models.py anthropic/claude-opus-4-8

The hub's ids are the router's here; NAMES translates where they are not.
"""

import json
import os
import sys
import urllib.parse
import urllib.request

NAMES = {}
MOST = 3  # routers take a few only


def models(hub, primary):
    with urllib.request.urlopen(f"{hub}/api/v1/fallback?model={urllib.parse.quote(primary, safe='')}", timeout=5) as answer:
        advice = json.load(answer)
    others = [a["model"] for a in advice["alternatives"] if a["usable"]]
    ordered = [primary, *others] if advice["advice"] != "switch" else [advice["use"], *[m for m in others if m != advice["use"]], primary]
    return [NAMES.get(m, m) for m in ordered[:MOST]]


if __name__ == "__main__":
    print(json.dumps({"models": models(os.environ.get("STATUSHUB_URL", "http://localhost:5080"), sys.argv[1])}))
