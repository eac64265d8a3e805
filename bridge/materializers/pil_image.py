"""Pillow's images, as PNG where that holds every bit of the mode, otherwise as their raw bytes."""

from __future__ import annotations

import io
import sys
from typing import Any

from bridge.domain.errors import UnstorableError
from bridge.materializers.names import type_name
from bridge.materializers.parts import InParts

PNG, RAW = "value.png", "value.raw"
_AS_PNG = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})


class PilImage(InParts):
    """An image with its palette, its `info`, and the name of the format it was read from.

    What is loaded is a plain `Image`, also of an image that was opened from a file.

    >>> from bridge.materializers import for_format
    >>> for_format("image").handles(b"PNG")
    False
    """

    format = "image"

    def handles(self, value: Any) -> bool:
        """Say whether it is an image of one of Pillow's own classes."""
        module: Any = sys.modules.get("PIL.Image")
        own = type(value).__module__.startswith("PIL.")
        return module is not None and own and isinstance(value, module.Image)

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the pixels, and what Pillow keeps beside them.

        Raises:
            UnstorableError: If it has several frames.
        """
        if getattr(value, "n_frames", 1) > 1:
            why = f"it has {value.n_frames} frames; return them as a list (`PIL.ImageSequence.all_frames`), or its path"
            raise UnstorableError(type_name(value), why)
        value.load()
        palette = value.palette
        told = {
            "mode": value.mode,
            "size": list(value.size),
            "info": dict(value.info),
            "read_from": value.format,
            "palette": None if palette is None else [palette.mode, bytes(value.palette.tobytes())],
        }
        if not _is_whole_as_png(value):
            return {**told, RAW: value.tobytes()}
        file = io.BytesIO()
        value.save(file, "PNG", compress_level=1)
        return {**told, PNG: file.getvalue()}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the image; an error of Pillow's about its content is a `ValueError`."""
        from PIL import Image

        mode, size = parts["mode"], tuple(parts["size"])
        if PNG in parts:
            try:
                with Image.open(io.BytesIO(parts[PNG]), formats=["PNG"]) as opened:
                    image = opened.copy()
            except Image.DecompressionBombError as error:
                raise ValueError(f"{error} If you trust its origin, raise PIL.Image.MAX_IMAGE_PIXELS") from error
            except (OSError, SyntaxError) as error:
                raise ValueError(str(error)) from error
            if (image.mode, image.size) != (mode, size):
                raise ValueError(f"it is {image.mode} {image.size}, not {mode} {size}")
        else:
            image = Image.frombytes(mode, size, parts[RAW]) if all(size) else Image.new(mode, size)
        if parts["palette"] is not None:
            image.putpalette(parts["palette"][1], parts["palette"][0])
        image.info, image.format = parts["info"], parts["read_from"]
        return image

    def facts(self, value: Any) -> dict[str, Any]:
        """Give width, height and mode."""
        return {"width": value.width, "height": value.height, "mode": value.mode}


def _is_whole_as_png(image: Any) -> bool:
    if image.mode not in _AS_PNG or not all(image.size):
        return False
    if image.mode != "P":
        return True
    entries = len(image.palette.tobytes()) // len(image.palette.mode)
    return bool(image.palette.mode == "RGB" and image.getextrema()[1] < entries)  # PNG cuts off what has no entry
