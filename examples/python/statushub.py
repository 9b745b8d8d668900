"""Asks a StatusHub what to use instead of a model. Standard library only; Python 3.9 or newer.

An answer is kept for as long as it is valid. While the hub does not answer, the last answer holds, and without any the
primary is used: a health service must never be the reason that requests fail.
"""

import json
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request


class Advice:
    """What to do with the requests meant for one model."""

    def __init__(self, primary, use=None, primary_share=1.0, reason="", prompts=None):
        self.primary, self.use, self.primary_share, self.reason = primary, use, primary_share, reason
        self._prompts = prompts or {}

    def model(self, chance=random.random):
        """The model for the next request: while the primary comes back it gets its share of them."""
        return self.primary if self.use is None or chance() < self.primary_share else self.use

    def prompt(self, model, usual):
        """The prompt for a model: an alternative's own, where the plan has one."""
        return self._prompts.get(model) or usual


class StatusHub:
    """One hub, asked at most once per model and time of validity, from however many threads."""

    def __init__(self, url, key=None, org=None, require=(), timeout=2.0, clock=time.monotonic):
        self._url, self._key, self._org, self._require = url.rstrip("/"), key, org, ",".join(require)
        self._timeout, self._clock = timeout, clock
        self._kept, self._lock = {}, threading.Lock()

    def advice(self, model):
        """The advice on a model (``provider/model``)."""
        with self._lock:
            known = self._kept.get(model)
        if known and known[0] > self._clock():
            return known[1]
        advice, seconds = self._ask(model, known[1] if known else Advice(model))
        with self._lock:
            self._kept[model] = (self._clock() + seconds, advice)
        return advice

    def _ask(self, model, otherwise):
        query = {"model": model}
        if self._require:
            query["require"] = self._require
        if self._org:
            query["org"] = self._org
        request = urllib.request.Request(f"{self._url}/api/v1/fallback?{urllib.parse.urlencode(query)}")
        if self._key:
            request.add_header("Authorization", f"Bearer {self._key}")
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                body = json.load(answer)
        except (urllib.error.URLError, OSError, ValueError):
            return otherwise, 5.0  # asked again soon
        prompts = {a["model"]: a["fallbackPrompt"] for a in body["alternatives"] if a.get("fallbackPrompt")}
        use = body["use"] if body["advice"] == "switch" else None
        return Advice(model, use, body["primaryShare"], body["reason"], prompts), 30.0


if __name__ == "__main__":
    import sys

    if len(sys.argv) < 3:
        sys.exit("python3 statushub.py HUB PROVIDER/MODEL")
    told = StatusHub(sys.argv[1]).advice(sys.argv[2])
    print(json.dumps({"use": told.model(), "reason": told.reason}))
