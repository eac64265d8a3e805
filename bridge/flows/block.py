"""A workspace as a Prefect block, so that a team's places and their passwords are kept once, in Prefect.

Processes say which by `BRIDGE_WORKSPACE=<name>`; `bridge.workspace.named` finds `find_block` by its entry point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from prefect.blocks.core import Block
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import ObjectNotFound
from prefect.settings import (
    PREFECT_API_REQUEST_TIMEOUT,
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    temporary_settings,
)
from prefect.types import SecretDict
from pydantic import Field, SecretStr

from bridge.domain.errors import SettingsError
from bridge.domain.secret_urls import redacted

PATIENCE = 10.0
"""Seconds that Prefect's API has for one answer."""

RETRIES = 4
"""Times that an API which is too busy is asked again, later each time; one that nobody listens at is asked once.

Many flow runs that begin at once ask at once, and without an answer a run is not recorded. At most 80 s in all.
"""


class WorkspaceBlock(Block):
    """Where bridge keeps what flows make: a store, a catalog and a tracker under one name.

    Whatever is left empty is as if the block were not there: `[tool.bridge]` in pyproject.toml says it, or the default.

    Example:
        Save one, then name it by `BRIDGE_WORKSPACE=team`:

        ```python
        from bridge import WorkspaceBlock

        WorkspaceBlock(store="s3://team/bridge", catalog="postgresql://bridge:secret@db/bridge").save("team")
        ```

    >>> WorkspaceBlock(store="s3://team/bridge").given()
    {'store': 's3://team/bridge'}
    """

    _block_type_name = "bridge Workspace"
    _block_type_slug = "bridge-workspace"
    _description = "Where bridge keeps artifacts, lineage and runs: a store, a catalog and a tracker under one name."

    store: str | None = Field(
        default=None, title="Store", description="Where bytes go: a folder or any fsspec URL, s3://bucket/folder."
    )
    store_options: SecretDict | None = Field(
        default=None,
        title="Store options",
        description='For the store\'s driver, as JSON: {"key": "…", "secret": "…", "endpoint_url": "…"}.',
    )
    catalog: SecretStr | None = Field(
        default=None,
        title="Catalog",
        description="Where facts go: a SQLAlchemy URL, postgresql://user:password@host/database.",
    )
    tracking: SecretStr | None = Field(
        default=None,
        title="Tracking",
        description="MLflow's tracking URI; MLFLOW_TRACKING_URI in the environment wins over it.",
    )
    tracker: str | None = Field(
        default=None, title="Tracker", description="mlflow, null for none, or one that an installed package brings."
    )
    openlineage: SecretStr | None = Field(
        default=None,
        title="OpenLineage",
        description="Where lineage events go: https://user:password@lineage.example.com, or file:///path/events.ndjson.",
    )
    home: str | None = Field(
        default=None, title="Home", description="Local folder for staging, and for everything that is not given."
    )
    on_error: Literal["warn", "raise"] | None = Field(
        default=None, title="On error", description="What an error inside bridge does to a run."
    )
    allow_pickle: bool | None = Field(
        default=None, title="Allow pickle", description="Load pickles that this workspace did not write."
    )
    flush_timeout: float | None = Field(
        default=None, title="Flush timeout", ge=0, description="Seconds that the end of a flow waits for the tracker."
    )

    def given(self) -> Mapping[str, object]:
        """What the block says, secrets in clear, by the names of bridge's settings."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        plain = {name: _plain(value) for name, value in values.items()}
        return {name: value for name, value in plain.items() if value not in (None, "", {})}


def _plain(value: object) -> object:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


def find_block(name: str) -> Mapping[str, object]:
    """What the block of a name says; asks Prefect's API and blocks, in a running event loop too.

    Raises:
        SettingsError: If there is no such block (names those that there are), or the API does not give it.
    """
    name = name.removeprefix(f"{WorkspaceBlock.get_block_type_slug()}/")
    try:
        with temporary_settings({PREFECT_API_REQUEST_TIMEOUT: PATIENCE, PREFECT_CLIENT_MAX_RETRIES: RETRIES}):
            return _ask(name)
    except SettingsError:
        raise
    except Exception as error:
        where = redacted(PREFECT_API_URL.value() or "Prefect's temporary server")
        why = " ".join(redacted(str(error)).split()) or type(error).__name__
        raise _unusable(
            name, f"{where} did not give the block ({why}); `bridge doctor` says whether it answers"
        ) from error


def _ask(name: str) -> Mapping[str, object]:
    with get_client(sync_client=True) as client:
        try:
            document = client.read_block_document_by_name(name, WorkspaceBlock.get_block_type_slug())
        except ObjectNotFound as error:
            there = ", ".join(_names(client)) or "none yet"
            raise _unusable(
                name, f"Prefect has no {WorkspaceBlock._block_type_name!r} block of that name; there are: {there}"
            ) from error
    return WorkspaceBlock.model_validate(document.data).given()


def _names(client: SyncPrefectClient) -> list[str]:
    try:
        found = client.read_block_documents_by_type(WorkspaceBlock.get_block_type_slug(), include_secrets=False)
    except ObjectNotFound:
        return []
    return sorted(block.name for block in found if block.name)


def _unusable(name: str, why: str) -> SettingsError:
    return SettingsError("BRIDGE_WORKSPACE", name, why)
