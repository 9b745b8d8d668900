"""LiteLLM proxy: sends requests to what works. In the proxy's config.yaml:

    litellm_settings:
      callbacks: statushub_hook.hook

``../python/statushub.py`` stands beside it. The names of the proxy's model groups are the hub's model ids here; where they
are not, ``NAMES`` says which is which.
"""

import asyncio
import os

from statushub import StatusHub

try:
    from litellm.integrations.custom_logger import CustomLogger
except ModuleNotFoundError:  # without the proxy the decision can still be looked at

    class CustomLogger:
        pass


HUB = StatusHub(os.environ.get("STATUSHUB_URL", "http://localhost:5080"), key=os.environ.get("STATUSHUB_KEY"), org=os.environ.get("STATUSHUB_ORG"))

# Model group of the proxy → model id of the hub, where they differ.
NAMES = {}
GROUPS = {model: group for group, model in NAMES.items()}


class StatusHubHook(CustomLogger):
    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        group = data.get("model", "")
        model = NAMES.get(group, group)
        if "/" not in model:
            return data
        advice = await asyncio.to_thread(HUB.advice, model)
        chosen = advice.model()
        if chosen != model:
            data["model"] = GROUPS.get(chosen, chosen)
            data.setdefault("metadata", {})["statushub_reason"] = advice.reason
            prompt = advice.prompt(chosen, None)
            if prompt:
                rest = [m for m in data.get("messages", []) if m.get("role") != "system"]
                data["messages"] = [{"role": "system", "content": prompt}, *rest]
        return data


hook = StatusHubHook()
