"""Envoy AI Gateway: writes an AIGatewayRoute whose backends stand in the order the hub advises. Run it as often as an answer is
valid (30 s) and apply what it prints; unchanged input prints the same bytes.

    STATUSHUB_URL=http://localhost:5080 python3 route.py anthropic/claude-opus-4-8 backends.json | kubectl apply -f -

backends.json: {"anthropic/claude-opus-4-8": {"backend": "anthropic", "model": "claude-opus-4-8"}, ...}
"""

import json
import os
import sys
import urllib.parse
import urllib.request


def advice(hub, primary):
    with urllib.request.urlopen(f"{hub}/api/v1/fallback?model={urllib.parse.quote(primary, safe='')}", timeout=5) as answer:
        return json.load(answer)


def backends(told, known):
    """Priority 0 is tried first. While the primary comes back both are of priority 0, weighted by its share."""
    primary, share = told["primary"], round(told["primaryShare"] * 100)
    usable = [a["model"] for a in told["alternatives"] if a["usable"] and a["model"] in known]
    first = [(primary, 100)]
    if told["advice"] == "switch" and told["use"] in known:
        first = [(told["use"], 100 - share)] + ([(primary, share)] if share > 0 else [])
    rest = [m for m in [*usable, primary] if m not in [name for name, _ in first]]
    return [ref(known[m], 0, weight) for m, weight in first] + [ref(known[m], i + 1, 100) for i, m in enumerate(rest)]


def ref(backend, priority, weight):
    return {"name": backend["backend"], "modelNameOverride": backend["model"], "priority": priority, "weight": weight}


def route(told, known):
    header = {"type": "Exact", "name": "x-ai-eg-model", "value": known[told["primary"]]["model"]}
    return {
        "apiVersion": "aigateway.envoyproxy.io/v1alpha1",
        "kind": "AIGatewayRoute",
        "metadata": {"name": told["primary"].replace("/", "-").replace(".", "-"), "annotations": {"statushub.io/reason": told["reason"]}},
        "spec": {"rules": [{"matches": [{"headers": [header]}], "backendRefs": backends(told, known)}]},
    }


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as file:
        listed = json.load(file)
    # JSON is YAML: kubectl takes it as it is.
    print(json.dumps(route(advice(os.environ.get("STATUSHUB_URL", "http://localhost:5080"), sys.argv[1]), listed), indent=2))
