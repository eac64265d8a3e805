from __future__ import annotations

import io

import numpy as np
import pytest

from bridge.domain.errors import UnreadableError, UnstorableError
from bridge.materializers import for_format, is_unsafe
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store

Image = pytest.importorskip("PIL.Image")
matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")

MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "RGBa", "La", "CMYK", "YCbCr", "LAB", "I", "F", "I;16")


def noise(mode, size=(7, 5)):
    image = Image.new(mode, size)
    return Image.frombytes(mode, size, np.random.default_rng(0).bytes(len(image.tobytes())))


def opened(format, **options):
    file = io.BytesIO()
    noise("RGB").save(file, format, **options)
    return Image.open(io.BytesIO(file.getvalue()))


class TestPilImage(MaterializerContract):
    format, materializer = "image", for_format("image")

    def values(self):
        palette = noise("P")
        palette.putpalette(bytes(range(30)))
        described = noise("RGB")
        described.info.update(dpi=(72, 72), comment=b"x", note="é")
        return [
            *(Image.new(mode, (8, 5)) for mode in MODES),
            *(noise(mode) for mode in MODES if mode not in {"1", "P", "PA"}),
            palette,
            described,
            Image.new("RGB", (0, 3)),
            opened("PNG"),
            opened("JPEG", dpi=(10, 10)),
        ]

    def same(self, left, right):
        palettes = [image.palette and (image.palette.mode, image.palette.tobytes()) for image in (left, right)]
        told = (left.mode, left.size, left.info, left.format) == (right.mode, right.size, right.info, right.format)
        return type(left) is Image.Image and told and palettes[0] == palettes[1] and left.tobytes() == right.tobytes()


def test_an_image_of_a_common_mode_is_a_png_that_any_program_opens():
    image = noise("RGB")
    with Image.open(io.BytesIO(store(image)[1]["value.png"])) as seen:
        assert seen.tobytes() == image.tobytes()
    assert store(image)[2] == {"width": 7, "height": 5, "mode": "RGB"}


def test_an_image_of_several_frames_is_refused_with_the_way_out():
    file = io.BytesIO()
    noise("L").save(file, "GIF", save_all=True, append_images=[noise("L").transpose(0)])
    with Image.open(io.BytesIO(file.getvalue())) as moving, pytest.raises(UnstorableError, match="all_frames"):
        store(moving)


def test_an_image_whose_notes_are_not_json_is_pickled():
    image = noise("RGB")
    image.info["object"] = {1: object}
    assert format_of(image) == "pickle"


def test_a_picture_that_is_damaged_is_refused():
    files = store(noise("RGB"))[1]
    for content in (b"", b"junk", files["value.png"][:40]):
        with pytest.raises(UnreadableError):
            load_files(for_format("image"), {**files, "value.png": content})


def test_a_figure_of_matplotlib_is_a_picture_and_can_be_drawn_on():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3, 2), dpi=50)
    figure.add_subplot().plot([1, 2], label="loss")
    format, files, facts = store(figure)
    loaded = load_files(for_format(format), files)
    with Image.open(io.BytesIO(files["figure.png"])) as picture:
        assert picture.size == (150, 100) == (facts["width"], facts["height"])
    assert format == "matplotlib" and is_unsafe(format)
    assert loaded.axes[0].lines[0].get_ydata().tolist() == [1, 2]
    loaded.axes[0].plot([3])


def test_a_container_of_figures_has_their_pictures():
    from matplotlib.figure import Figure

    format, files, _ = store({"loss": Figure(), "score": 0.5})
    assert format == "members+pickle" and "0-loss/figure.png" in files
