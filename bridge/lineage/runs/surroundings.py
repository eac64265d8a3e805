"""What two runs depended on, compared: parameters, packages, machine, variables, seeds, commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bridge.domain.content_difference import Change
from bridge.domain.ports import Catalog
from bridge.domain.run import Run
from bridge.lineage.differences.nested import compare_nested

MOST = 1000
"""Changes of one kind that are listed."""


def parameter_changes(old: Run, new: Run) -> tuple[Change, ...]:
    """Parameters of the flow."""
    return _changes(old.parameters, new.parameters)


def environment_changes(old: Run, new: Run) -> tuple[Change, ...]:
    """Commit, Python, machine, variables and seeds; the way to the patch is not a fact of its own."""
    return _changes(_environment(old), _environment(new))


def package_changes(catalog: Catalog, old: Run, new: Run) -> tuple[Change, ...]:
    """Installed packages by name."""
    digests = [run.environment.get("packages") for run in (old, new)]
    if digests[0] == digests[1]:
        return ()
    lists = [_packages(catalog, digest) for digest in digests]
    return _changes(lists[0], lists[1]) if lists[0] is not None and lists[1] is not None else ()


def has_environment(run: Run) -> bool:
    """Whether an environment was recorded with a run; earlier versions of bridge did not."""
    return bool(run.environment)


def _environment(run: Run) -> dict[str, Any]:
    facts = {name: fact for name, fact in run.environment.items() if name not in ("packages", "variables", "seeds")}
    facts |= {str(name): value for name, value in (run.environment.get("variables") or {}).items()}
    seeds = run.environment.get("seeds") or {}
    if "seed" in seeds:
        facts["seed"] = seeds["seed"]
    if run.code.get("commit"):
        facts["commit"] = str(run.code["commit"])[:12]
        facts["uncommitted"] = _patch(run)
    return facts


def _patch(run: Run) -> str:
    patch = run.code.get("patch")
    if patch:
        return f"changes {str(patch).rpartition(':')[2][:8]}"
    return "changes that are not kept" if run.code.get("dirty") else "nothing"


def _packages(catalog: Catalog, digest: Any) -> dict[str, Any] | None:
    text = catalog.document(str(digest)) if digest else None
    if text is None:
        return None
    try:
        packages = json.loads(text)
    except ValueError:
        return None
    return {name: _version(package) for name, package in packages.items()} if isinstance(packages, dict) else None


def _version(package: Any) -> str:
    if not isinstance(package, Mapping):
        return str(package)
    origin = package.get("editable") or package.get("url")
    return f"{package.get('version')} ({origin})" if origin else str(package.get("version"))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    return compare_nested(dict(old), dict(new), limit=MOST).changes
