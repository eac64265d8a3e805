"""Where a workspace's settings come from."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
)

from bridge.domain.errors import SettingsError

OnError = Literal["warn", "raise"]


def nearest_pyproject() -> Path | None:
    """The pyproject.toml at or above the working directory that is nearest to it; None if there is none."""
    here = Path.cwd()
    return next((path for folder in (here, *here.parents) if (path := folder / "pyproject.toml").is_file()), None)


class Settings(BaseSettings):
    """Settings of a workspace: environment first, then `[tool.bridge]` in pyproject.toml, then these defaults.

    Args:
        home: Folder for everything that is not given below.
        store: Any fsspec URL; default `<home>/store`.
        catalog: Any SQLAlchemy URL for SQLite or PostgreSQL; default `sqlite:///<home>/catalog.db`.
        on_error: What an error inside bridge does to a run: `warn` once and go on, or `raise`.
        enabled: False makes the decorators exactly Prefect's.
        allow_pickle: Load pickles that this workspace did not write. They can run any code.
        flush_timeout: Seconds that the end of a flow waits for the tracker.

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
    store: str | None = None
    catalog: str | None = None
    on_error: OnError = "warn"
    enabled: bool = True
    allow_pickle: bool = False
    flush_timeout: float = Field(default=30.0, ge=0)

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @property
    def store_url(self) -> str:
        """Where bytes go."""
        return self.store or str(self.home / "store")

    @property
    def catalog_url(self) -> str:
        """Where facts go."""
        return self.catalog or f"sqlite:///{self.home / 'catalog.db'}"

    @property
    def tracking_url(self) -> str:
        """Where runs are tracked if MLflow's own settings do not say."""
        return f"sqlite:///{self.home / 'mlflow.db'}"

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


def read_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: If one cannot be used; names it, its value and what it takes.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "BRIDGE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(name, first.get("input"), first["msg"]) from error
    except (ValueError, OSError) as error:
        raise SettingsError("[tool.bridge]", str(nearest_pyproject()), str(error)) from error
