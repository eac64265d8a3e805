"""Which tool, and which era of it, a file is written for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal

Era = Literal["zenml", "prefect1", "prefect2", "prefect3"]

ERAS: tuple[Era, ...] = ("zenml", "prefect1", "prefect2", "prefect3")

_FIRST = re.compile(
    r"prefect\.(?:Flow|Parameter|DateTimeParameter|Task|unmapped_|context|case|Client|resource_manager|mapped|"
    r"(?:tasks|engine|executors|environments|run_configs|storage|triggers|schedules\.(?:Schedule|IntervalSchedule|"
    r"CronSchedule|clocks|filters|adjustments)|core|backend|utilities\.(?:edges|notifications|logging|tasks|debug|"
    r"configuration)|artifacts\.\w*link)(?:\.|$))"
)
"""Names that only Prefect 1 has."""

_FIRST_ARGUMENTS = frozenset(
    {
        "max_retries",
        "retry_delay",
        "trigger",
        "nout",
        "log_stdout",
        "cache_for",
        "cache_validator",
        "checkpoint",
        "slug",
    }
    | {"skip_on_upstream_skip", "state_handlers", "target", "timeout"}
)
"""Arguments of `task` that only Prefect 1 has."""

_SECOND = re.compile(
    r"prefect\.(?:orion|deployments\.Deployment|deployments\.deployments|infrastructure|packaging|"
    r"filesystems\.(?:S3|GCS|GitHub|Azure|SMB)|client\.orion|logging\.loggers\.get_|blocks\.(?:kubernetes|system\.(?:JSON|"
    r"DateTime|String))|flow_runners|task_runners\.(?:SequentialTaskRunner|BaseTaskRunner)|agent|workers\.block|"
    r"engine\.(?:pause|resume|enter_|begin_)|deprecated|server\.schemas\.schedules|utilities\.(?:asyncutils\.sync_compatible|"
    r"hashing)|(?:_internal)|settings\.PREFECT_(?:ORION|LOGGING_ORION|AGENT|EXPERIMENTAL)_)(?:\.|$|\w)"
    r"|pydantic\.(?:BaseSettings|Constrained\w+)$"
)
"""Names that Prefect 2 has and Prefect 3 has not, or of the pydantic that only Prefect 2 takes."""

_FIRST_SETTING = re.compile(r"PREFECT__\w+")
_SECOND_SETTING = re.compile(r"PREFECT_(?:ORION|LOGGING_ORION|AGENT|EXPERIMENTAL)_\w+")


def eras_of(text: str) -> tuple[Era, ...]:
    """The eras of a file, in the order in which they are migrated: Prefect's older ones end with its latest.

    Raises:
        SyntaxError: If it is not Python 3.

    >>> eras_of("from prefect import Flow, task")
    ('prefect1', 'prefect3')
    >>> eras_of("import prefect")
    ('prefect3',)
    >>> eras_of("import os")
    ()
    """
    if "prefect" not in text and "zenml" not in text:
        return ()
    tree = ast.parse(text)
    names = set(_imported(tree))
    found: list[Era] = []
    if any(name.partition(".")[0] == "zenml" for name in names):
        found.append("zenml")
    if any(name.partition(".")[0] == "prefect" for name in names):
        if any(_FIRST.match(name) for name in names) or _has_firsts(tree):
            found.append("prefect1")
        is_second = any(_SECOND.match(name) for name in names) or any(_is_seconds(node) for node in ast.walk(tree))
        if is_second or _asks_called_tasks(tree):
            found.append("prefect2")
        found.append("prefect3")
    return tuple(found)


def _has_firsts(tree: ast.Module) -> bool:
    """Whether a task is given arguments, or a setting is named, that only Prefect 1 has."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _FIRST_SETTING.fullmatch(node.value):
            return True
        is_task = isinstance(node, ast.Call) and (_dotted(node.func) or "").rpartition(".")[2] == "task"
        if is_task and any(one.arg in _FIRST_ARGUMENTS for one in getattr(node, "keywords", ())):
            return True
    return False


def _is_seconds(node: ast.AST) -> bool:
    """Whether code awaits what it submits, fetches a result, or names a setting, as only Prefect 2 does."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and _SECOND_SETTING.fullmatch(node.value) is not None
    if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
        return isinstance(node.value.func, ast.Attribute) and node.value.func.attr == "submit"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "result":
        return any(one.arg == "fetch" for one in node.keywords)
    return False


def _asks_called_tasks(tree: ast.Module) -> bool:
    """Whether a task of the file is called and asked as a future: `load().result()`, as in the betas of Prefect 2."""
    functions = [one for one in ast.walk(tree) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
    tasks = {one.name for one in functions if any(_last(each) == "task" for each in one.decorator_list)}
    if not tasks:
        return False
    made = {
        target.id
        for one in ast.walk(tree)
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call) and _dotted(one.value.func) in tasks
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("result", "wait"):
            asked = node.func.value
            if isinstance(asked, ast.Call) and _dotted(asked.func) in tasks:
                return True
            if isinstance(asked, ast.Name) and asked.id in made:
                return True
    return False


def _last(decorator: ast.expr) -> str:
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (_dotted(func) or "").rpartition(".")[2]


def _imported(tree: ast.Module) -> Iterator[str]:
    """Qualified names that are imported, and attributes of imported modules that are used."""
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
                modules[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            dotted = _dotted(node)
            if dotted is not None:
                head, _, rest = dotted.partition(".")
                if head in modules:
                    yield f"{modules[head]}.{rest}"


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None
