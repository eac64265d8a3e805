"""Registers the models of a history, and points their aliases where their stages were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bridge import materializers
from bridge.domain.annotations import Model
from bridge.domain.errors import BridgeError
from bridge.domain.labels import checked_tags
from bridge.domain.model import ModelDetails, ModelVersion
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
            done.append(_register(workspace, history, past, refs))
    return done


def _register(workspace: Workspace, history: History, past: PastModel, refs: Mapping[str, VersionRef]) -> Registered:
    if past.version is None or past.version not in refs:
        return Registered(past, "", "none of its artifacts is a model", "left")
    version = workspace.resolve(str(refs[past.version]))
    if history.registry is not None and history.registry == workspace.tracker.uri:
        return _link(workspace, history.tool, past, version)
    if why := _hindrance(workspace, version):
        return Registered(past, "", f"{why}; {_alias_instead(workspace, past, version)}", "left")
    said = Model(
        past.name,
        description=past.description,
        tags=checked_tags({**past.tags, history.tool: past.id}),
        licence=past.licence,
        intended_use=past.intended_use,
    )
    try:
        made = register_now(workspace, registration(workspace, said, version, known_from_catalog(workspace, version)))
    except BridgeError as error:
        return Registered(past, "", f"{error} {_alias_instead(workspace, past, version)}", "left")
    workspace.catalog.put_model(replace(made, created=past.created))
    return Registered(past, made.selector, _place(workspace, past, made))


def _link(workspace: Workspace, tool: str, past: PastModel, version: Version) -> Registered:
    """Note which version here is one that is in the workspace's own registry already."""
    there = {model.number for model in workspace.catalog.models(past.name)}
    if past.number in there:
        return Registered(past, f"{past.name}@{past.number}", fate="there")
    made = ModelVersion(
        name=past.name,
        number=past.number,
        version=version.ref,
        created=past.created,
        flavour="",
        step_id=version.step_id,
        run_id=version.run_id,
        tracking_id=version.run_id,
        uri=f"models:/{past.name}/{past.number}",
        tags={**past.tags, tool: past.id},
        details=ModelDetails(description=past.description),
    )
    workspace.catalog.put_model(made)
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
    """Point the aliases at the artifact version itself, unless they are somewhere already."""
    there = {alias for alias, _ in workspace.catalog.aliases(version.ref.name)}
    for alias in past.aliases:
        if alias not in there:
            workspace.catalog.set_alias(version.ref, alias)
    return f"its artifact version is {version.ref.name}@{past.aliases[0] if past.aliases else version.ref.number}"


def _place(workspace: Workspace, past: PastModel, made: ModelVersion) -> str:
    """Give a model version the alias or the place that it had; why that did not go, if it did not."""
    try:
        if past.archived:
            workspace.catalog.archive_model(made.name, made.number, made.created)
        for alias in past.aliases:
            if any(alias in one.aliases for one in workspace.catalog.models(made.name)):
                return f"{alias} is at another version already"
            promote(
                made.selector, to=alias, why=f"it was {alias} before it was moved", workspace=workspace
            ).raise_for_refusal()
    except BridgeError as error:
        return str(error)
    return ""
