"""`BaseMaterializer`: a project's own classes store their types in bridge's store."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

from bridge.materializers.decorator import materializer


class BaseMaterializer:
    """A class that writes a value into the folder `self.uri`, and reads it from there.

    Args:
        uri: The folder.
    """

    ASSOCIATED_TYPES: ClassVar[tuple[type, ...]] = ()

    def __init__(self, uri: str, *_: Any, **__: Any) -> None:
        self.uri = uri
        self.artifact = SimpleNamespace(uri=uri)  # where it was at first

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        types = cls.ASSOCIATED_TYPES
        types = tuple(types) if isinstance(types, (tuple, list)) else (types,)
        writes = cls.save is not BaseMaterializer.save or hasattr(cls, "handle_return")
        if types and writes:
            _register(cls, types)

    def save(self, data: Any) -> None:
        """Nothing, for those that call it as their base's."""

    def load(self, data_type: Any = None) -> Any:
        """Nothing, for those that call it as their base's."""

    def write(self, value: Any) -> None:
        """Write a value, by the method of any year."""
        getattr(self, "handle_return", self.save)(value)

    def read(self, kind: Any) -> Any:
        """Read it, by the method of any year."""
        return getattr(self, "handle_input", self.load)(kind)


def _register(cls: type[BaseMaterializer], types: tuple[type, ...]) -> None:
    class Adapter:
        format = f"zenml-{cls.__module__}.{cls.__qualname__}"

        def save(self, value: Any, sink: Any) -> dict[str, Any]:
            with sink.local("files") as folder:
                folder.mkdir()
                cls(str(folder)).write(value)
            return {}

        def load(self, source: Any) -> Any:
            return cls(str(source.local() / "files")).read(types[0])

    materializer(*types)(Adapter)
