"""Registers the models of a history, and points their aliases where their stages were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bridge import materializers
from bridge.domain.annotations import Model
from bridge.domain.errors import BridgeError
from bridge.domain.labels import checked_tags
from bridge.domain.model import ModelVersion
from bridge.domain.version import Version, VersionRef
from bridge.migrate.data.history import History, PastModel
from bridge.models.promotion import promote
from bridge.models.registering import known_from_catalog, registration
from bridge.workspace import Workspace
from bridge.workspace.registering import register_now


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a model version.

    Args:
        past: The model version there.
        now: What people type for it here; empty if it is not registered.
        why: Why it is not, or what of it did not come; empty if all did.
        fate: Whether it was registered now, before, or not.
    """

    past: PastModel
    now: str
    why: str = ""
    fate: str = "new"


def register_models(workspace: Workspace, history: History, refs: Mapping[str, VersionRef]) -> Sequence[Registered]:
    """Register what is not registered yet; one that cannot be is an alias of its artifact version.

    Args:
        workspace: Where to.
        history: Its models.
        refs: Versions here, by their ids there.
    """
    known: dict[str, dict[str, ModelVersion]] = {}
    done = []
    for past in history.models:
        if past.name not in known:
            found = workspace.catalog.models(past.name)
            known[past.name] = {one.tags[history.tool]: one for one in found if history.tool in one.tags}
        if (there := known[past.name].get(past.id)) is not None:
            done.append(Registered(past, there.selector, fate="there"))
        else:
            done.append(_register(workspace, history.tool, past, refs))
    return done


def _register(workspace: Workspace, tool: str, past: PastModel, refs: Mapping[str, VersionRef]) -> Registered:
    if past.version is None or past.version not in refs:
        return Registered(past, "", "none of its artifacts is a model", "left")
    version = workspace.resolve(str(refs[past.version]))
    if why := _hindrance(workspace, version):
        return Registered(past, "", f"{why}; {_alias_instead(workspace, past, version)}", "left")
    said = Model(
        past.name,
        description=past.description,
        tags=checked_tags({**past.tags, tool: past.id}),
        licence=past.licence,
        intended_use=past.intended_use,
    )
    try:
        made = register_now(workspace, registration(workspace, said, version, known_from_catalog(workspace, version)))
    except BridgeError as error:
        return Registered(past, "", f"{error} {_alias_instead(workspace, past, version)}", "left")
    workspace.catalog.put_model(replace(made, created=past.created))
    return Registered(past, made.selector, _place(workspace, past, made))


def _hindrance(workspace: Workspace, version: Version) -> str:
    if version.digest is None:
        return f"{version.ref} has no bytes"
    if version.format == "path":
        return f"{version.ref} came as files"
    if materializers.is_unsafe(version.format) and version.origin is not None and not workspace.settings.allow_pickle:
        return f"{version.ref} is a pickle that was not read (BRIDGE_ALLOW_PICKLE=true registers it)"
    return ""


def _alias_instead(workspace: Workspace, past: PastModel, version: Version) -> str:
    """Point the alias at the artifact version itself, unless it is somewhere already."""
    if not past.alias:
        return f"its artifact version is {version.ref}"
    there = {alias for alias, _ in workspace.catalog.aliases(version.ref.name)}
    if past.alias not in there:
        workspace.catalog.set_alias(version.ref, past.alias)
    return f"{version.ref.name}@{past.alias} is its artifact version"


def _place(workspace: Workspace, past: PastModel, made: ModelVersion) -> str:
    """Give a model version the alias or the place that it had; why that did not go, if it did not."""
    try:
        if past.archived:
            workspace.catalog.archive_model(made.name, made.number, made.created)
        elif past.alias:
            if any(past.alias in one.aliases for one in workspace.catalog.models(made.name)):
                return f"{past.alias} is at another version already"
            why = f"{past.name} {past.tags.get('zenml_version', past.number)} had the stage {past.alias}"
            promote(made.selector, to=past.alias, why=why, workspace=workspace).raise_for_refusal()
    except BridgeError as error:
        return str(error)
    return ""
