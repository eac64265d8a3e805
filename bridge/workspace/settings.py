"""Where a workspace's settings come from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ByteSize, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
)

from bridge.domain.choices import Cache, RunScope
from bridge.domain.errors import SettingsError
from bridge.domain.secret_urls import redacted
from bridge.store import scheme_of
from bridge.workspace.named import named
from bridge.workspace.promotion_rules import Rules, unusable_rules
from bridge.workspace.retention import Retention, unusable

OnError = Literal["warn", "raise"]

SECRET = frozenset({"store_options", "catalog", "tracking"})
"""What may hold passwords, and is not shown as it is."""


def nearest_pyproject() -> Path | None:
    """The pyproject.toml at or above the working directory that is nearest to it; None if there is none."""
    here = Path.cwd()
    return next((path for folder in (here, *here.parents) if (path := folder / "pyproject.toml").is_file()), None)


class Settings(BaseSettings):
    """Settings of a workspace: environment first, then `[tool.bridge]` in pyproject.toml, then these defaults.

    `read_settings` puts the workspace that `workspace` names between the first two. Passwords are left out of its text.

    Args:
        home: Folder for everything that is not given below.
        workspace: Name of a workspace that is kept elsewhere (a Prefect block), to take the rest from.
        store: Any fsspec URL; default `<home>/store`.
        store_options: For the store's fsspec driver.
        catalog: Any SQLAlchemy URL for SQLite or PostgreSQL; default `sqlite:///<home>/catalog.db`.
        tracking: Where runs are tracked if MLflow's own settings do not say; default `sqlite:///<home>/mlflow.db`.
        tracker: `mlflow`, `null` for none, or one that an installed package brings.
        experiment: MLflow experiment of flows that name none; left out, MLflow's own setting, else the flow's name.
        run_scope: `task` gives each task run an MLflow run of its own, below the flow's.
        cache: `content` makes `CONTENT` the cache policy of tasks whose user chose none.
        on_error: What an error inside bridge does to a run: `warn` once and go on, or `raise`.
        enabled: False makes the decorators exactly Prefect's.
        allow_pickle: Load pickles that this workspace did not write. They can run any code.
        unpack_limit: Bytes that a value from elsewhere may take when it is unpacked, if that is over a thousand times
            what is stored of it.
        flush_timeout: Seconds that the end of a flow waits for the tracker.
        progress: Show transfers that take over two seconds.
        cache_limit: Bytes of a store far away that are kept in `<home>/cache`; 0 keeps none.
        previews: False keeps nothing of values in the catalog but their facts.
        retention: Which versions `prune` keeps, by patterns of artifacts' names.
        promotion: What promotions have to pass, by patterns of models' names and of aliases.
        openlineage: Where lineage events go: `file:///…/events.ndjson` or `https://…`; left out, nowhere.
        record_variables: Environment variables that are recorded with a run, beside those that bridge knows to matter;
            a text has commas between, `*` stands for anything. What looks like a secret is not recorded.
        trusted_keys: Files and folders of public keys whose signatures of models count; a text has commas between.

    >>> Settings(home="/tmp/bridge-home").catalog_url
    'sqlite:////tmp/bridge-home/catalog.db'
    """

    model_config = SettingsConfigDict(
        env_prefix="BRIDGE_",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        pyproject_toml_table_header=("tool", "bridge"),
    )

    home: Path = Field(default_factory=lambda: Path.home() / ".bridge")
    workspace: str | None = None
    store: str | None = None
    store_options: dict[str, Any] = Field(default_factory=dict)
    catalog: str | None = None
    tracking: str | None = None
    tracker: str = "mlflow"
    experiment: str | None = None
    run_scope: RunScope = "flow"
    cache: Cache = "off"
    on_error: OnError = "warn"
    enabled: bool = True
    allow_pickle: bool = False
    unpack_limit: ByteSize = Field(default=ByteSize(1 << 30), ge=0)
    flush_timeout: float = Field(default=30.0, ge=0)
    progress: bool = True
    cache_limit: ByteSize = Field(default=ByteSize(10 * 10**9), ge=0)
    previews: bool = True
    retention: dict[str, Retention] = Field(default_factory=dict)
    promotion: dict[str, dict[str, Rules]] = Field(default_factory=dict)
    openlineage: str | None = None
    record_variables: str | tuple[str, ...] = ()
    trusted_keys: str | tuple[str, ...] = ()

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @property
    def trusted_places(self) -> tuple[Path, ...]:
        """Files and folders of the public keys whose signatures count.

        >>> [str(place) for place in Settings(trusted_keys="/etc/keys, /srv/ann.pub").trusted_places]
        ['/etc/keys', '/srv/ann.pub']
        """
        told = self.trusted_keys.split(",") if isinstance(self.trusted_keys, str) else self.trusted_keys
        return tuple(Path(place.strip()).expanduser().absolute() for place in told if place.strip())

    @property
    def variables(self) -> tuple[str, ...]:
        """Patterns of environment variables that are recorded beside the known ones.

        >>> Settings(record_variables="STAGE, MY_*").variables
        ('STAGE', 'MY_*')
        """
        told = self.record_variables.split(",") if isinstance(self.record_variables, str) else self.record_variables
        return tuple(name.strip() for name in told if name.strip())

    @property
    def store_url(self) -> str:
        """Where bytes go."""
        return self.store or str(self.home / "store")

    def options_for(self, url: str) -> Mapping[str, Any]:
        """Options of the driver of data outside the store: the store's own, if it is behind the same kind of URL.

        >>> settings = Settings(store="s3://team/bridge", store_options={"endpoint_url": "http://localhost:8333"})
        >>> settings.options_for("s3://raw/data"), settings.options_for("gs://raw/data")
        ({'endpoint_url': 'http://localhost:8333'}, {})
        """
        return self.store_options if scheme_of(url) == scheme_of(self.store_url) else {}

    @property
    def catalog_url(self) -> str:
        """Where facts go."""
        return self.catalog or f"sqlite:///{self.home / 'catalog.db'}"

    @property
    def tracking_url(self) -> str:
        """Where runs are tracked if MLflow's own settings do not say."""
        return self.tracking or f"sqlite:///{self.home / 'mlflow.db'}"

    @property
    def lineage_namespace(self) -> str:
        """What jobs are named under in lineage events: OpenLineage's own setting, else the workspace's name."""
        return os.environ.get("OPENLINEAGE_NAMESPACE") or self.workspace or "bridge"

    @property
    def is_shareable(self) -> bool:
        """Whether another process that has these settings sees the same store and catalog."""
        in_memory = self.catalog_url in ("sqlite://", "sqlite:///") or ":memory:" in self.catalog_url
        return not in_memory and not self.store_url.startswith("memory:")

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, shown(name or "", value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put `[tool.bridge]` of the nearest pyproject.toml below the environment."""
        found = nearest_pyproject() or Path.cwd() / "pyproject.toml"  # a file that is not there has no settings
        return init_settings, env_settings, PyprojectTomlConfigSettingsSource(settings_cls, toml_file=found)


def shown(name: str, value: Any) -> Any:
    """A setting's value without the passwords that may be in it.

    >>> shown("catalog", "postgresql://ann:secret@db/bridge"), shown("store_options", {"secret": "x"})
    ('postgresql://ann:***@db/bridge', {'secret': '***'})
    """
    if isinstance(value, str):
        return redacted(value)
    if name in SECRET and isinstance(value, Mapping):
        return dict.fromkeys(value, "***")
    return "***" if name in SECRET and value is not None else value


def read_settings(*, follow: bool = True) -> Settings:
    """Read the settings: environment, then the workspace that is named, then `[tool.bridge]`, then defaults.

    Args:
        follow: Whether to ask for the workspace that is named; without, nothing but this machine is asked.

    Raises:
        SettingsError: If one cannot be used; names it, its value and what it takes.
    """
    settings = _validated({})
    if settings.workspace is None or not follow:
        return settings
    stronger = EnvSettingsSource(Settings)()
    given = {name: value for name, value in named(settings.workspace).items() if name not in stronger}
    return _validated(given, settings.workspace)


def _validated(given: Mapping[str, object], workspace: str = "") -> Settings:
    try:
        return Settings(**given)  # type: ignore[arg-type]  # what is not of a field's type is told below
    except ValidationError as error:
        first = error.errors()[0]
        if first["loc"][0] == "retention" and len(first["loc"]) > 1:
            raise unusable(str(first["loc"][1]), first) from error
        if first["loc"][0] == "promotion" and len(first["loc"]) > 1:
            raise unusable_rules(first) from error
        name = "_".join(str(part) for part in first["loc"])
        setting = f"{name} of workspace {workspace}" if first["loc"][0] in given else f"BRIDGE_{name.upper()}"
        raise SettingsError(setting, shown(str(first["loc"][0]), first.get("input")), first["msg"]) from error
    except (ValueError, OSError) as error:
        raise SettingsError("[tool.bridge]", str(nearest_pyproject()), str(error)) from error
