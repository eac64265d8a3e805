"""ZenML's arguments of decorators and `with_options`, as those of bridge's."""

from __future__ import annotations

import importlib
import inspect
import re
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from bridge.flows.caching.policy import CONTENT

PLACES = {
    "step_operator": "tasks run where the flow runs",
    "schedule": "the pipeline runs once, now; `serve(cron=…)` of a flow runs it on a schedule",
}
"""Arguments whose loss is worth a warning; the others are about stacks, and are passed over."""


def of_step(options: Mapping[str, Any]) -> dict[str, Any]:
    """A task's options.

    >>> of_step({"name": "load", "enable_cache": False, "settings": {}})
    {'name': 'load', 'cache_policy': None}
    """
    made: dict[str, Any] = {}
    if options.get("name"):
        made["name"] = options["name"]
    if options.get("enable_cache") is not None:
        made["cache_policy"] = CONTENT if options["enable_cache"] else None
    retry = options.get("retry")
    if retry is not None:
        made["retries"] = retry.max_retries or 1
        made["retry_delay_seconds"] = retry.delay or 0
    return made | _common(options)


def of_pipeline(options: Mapping[str, Any]) -> dict[str, Any]:
    """A flow's options: unchanged steps are found unless `enable_cache=False`.

    >>> of_pipeline({"enable_cache": False, "run_name": "first"})
    {'cache': 'off', 'flow_run_name': 'first'}
    """
    made: dict[str, Any] = {}
    if options.get("name"):
        made["name"] = options["name"]
    if options.get("enable_cache") is not None:
        made["cache"] = "content" if options["enable_cache"] else "off"
    if options.get("run_name"):
        made["flow_run_name"] = run_name(options["run_name"], options.get("substitutions") or {})
    return made | _common(options)


def run_name(template: str, words: Mapping[str, str]) -> str:
    """The name of a run, with ZenML's placeholders filled.

    >>> run_name("{team}-training", {"team": "ours"})
    'ours-training'
    """
    now = datetime.now(timezone.utc)
    known = {"date": now.strftime("%Y_%m_%d"), "time": now.strftime("%H_%M_%S_%f"), **words}
    return re.sub(r"\{(\w+)\}", lambda found: str(known.get(found[1], found[1])), template)


def _common(options: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for word, why in PLACES.items():
        if options.get(word):
            warnings.warn(f"{word}= is passed over: {why}.", UserWarning, stacklevel=4)
    model = options.get("model") or options.get("model_version")
    if model is not None:
        registered = model.registered()
        if registered is not None:
            made["model"] = registered
    for word, hook in (("on_failure", "on_failure"), ("on_success", "on_completion")):
        if options.get(word):
            made[hook] = [called(options[word])]
    return made


def called(hook: Callable[..., Any] | str) -> Callable[..., None]:
    """A hook of Prefect's that calls one of ZenML's: without arguments, or with the exception."""
    function = _named(hook) if isinstance(hook, str) else hook
    takes = len(inspect.signature(function).parameters)

    def tell(of: Any, run: Any, state: Any) -> None:
        function(*([state.result(raise_on_failure=False)] if takes else []))

    tell.__name__ = getattr(function, "__name__", "hook")
    return tell


def _named(path: str) -> Callable[..., Any]:
    module, _, name = path.rpartition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found
