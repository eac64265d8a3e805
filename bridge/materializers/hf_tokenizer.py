"""Hugging Face tokenizers, of `tokenizers` and of `transformers`, as the files that these libraries write."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from bridge.materializers.declined import Declined
from bridge.materializers.names import type_name
from bridge.materializers.parts import InParts

_FILE = "tokenizer.json"


class Tokenizer(InParts):
    """A `tokenizers.Tokenizer`, as `tokenizer.json`; one with a part written in Python is declined.

    >>> from bridge.materializers import for_format
    >>> for_format("tokenizer").handles({})
    False
    """

    format = "tokenizer"

    def handles(self, value: Any) -> bool:
        """Say whether it is exactly a `Tokenizer`."""
        module = sys.modules.get("tokenizers")
        return module is not None and type(value) is getattr(module, "Tokenizer", None)

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the library's JSON."""
        try:
            return {_FILE: value.to_str().encode()}
        except Exception as error:  # the library has no error class of its own
            raise Declined(str(error)) from error

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the tokenizer."""
        import tokenizers

        try:
            return tokenizers.Tokenizer.from_str(parts[_FILE].decode())
        except KeyError:
            raise
        except Exception as error:
            raise ValueError(str(error)) from error

    def facts(self, value: Any) -> dict[str, Any]:
        """Give the number of tokens."""
        return {"tokens": value.get_vocab_size()}


class PretrainedTokenizer(InParts):
    """A tokenizer of `transformers`, as the files of its `save_pretrained`.

    Users' own classes are declined: `transformers` would load code for them.

    >>> from bridge.materializers import for_format
    >>> for_format("transformers-tokenizer").handles({})
    False
    """

    format = "transformers-tokenizer"

    def handles(self, value: Any) -> bool:
        """Say whether it is a tokenizer whose class `transformers` itself has."""
        base: Any = getattr(sys.modules.get("transformers.tokenization_utils_base"), "PreTrainedTokenizerBase", None)
        return base is not None and isinstance(value, base) and type(value).__module__.startswith("transformers.")

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the files.

        Raises:
            Declined: If `transformers` has no such class under its own name, or writes more than plain files.
        """
        name = type(value).__name__
        if _class(name) is not type(value):
            raise Declined(f"transformers has no {name}")
        with tempfile.TemporaryDirectory() as folder:
            value.save_pretrained(folder)
            found = sorted(Path(folder).iterdir())
            if not all(path.is_file() and path.suffix for path in found):
                raise Declined("files in folders")
            return {"class": name, **{path.name: path.read_bytes() for path in found}}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the tokenizer; nothing is fetched, and no code but that of `transformers` runs."""
        cls = _class(parts.pop("class"))
        with tempfile.TemporaryDirectory() as folder:
            for name, content in parts.items():
                Path(folder, Path(name).name).write_bytes(content)
            try:
                return cls.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            except OSError as error:
                raise ValueError(str(error)) from error

    def facts(self, value: Any) -> dict[str, Any]:
        """Give the class and the number of tokens."""
        return {"class": type_name(value), "tokens": len(value)}


def _class(name: str) -> Any:
    import transformers
    from transformers.tokenization_utils_base import PreTrainedTokenizerBase

    found = getattr(transformers, name, None)
    return found if isinstance(found, type) and issubclass(found, PreTrainedTokenizerBase) else None
