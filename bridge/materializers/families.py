"""The families that bridge brings, in the order in which they are asked."""

from __future__ import annotations

from bridge.materializers.arrow_table import ArrowParquet, ArrowStream
from bridge.materializers.boosters import CatBoost, LightGbm, Xgboost
from bridge.materializers.hf_dataset import HfDataset
from bridge.materializers.hf_tokenizer import PretrainedTokenizer, Tokenizer
from bridge.materializers.jax_array import JaxArray
from bridge.materializers.json_value import PlainJson, TaggedJson
from bridge.materializers.keras_model import KerasModel
from bridge.materializers.matplotlib_figure import MatplotlibFigure
from bridge.materializers.members import Members, MembersWithPickle
from bridge.materializers.numpy_array import MaskedNpy, Npy
from bridge.materializers.numpy_objects import ObjectArray
from bridge.materializers.pandas_frame import Frame
from bridge.materializers.path import PathContent
from bridge.materializers.pickled import Pickle
from bridge.materializers.pil_image import PilImage
from bridge.materializers.plotly_figure import PlotlyFigure
from bridge.materializers.polars_frame import PolarsParquet, PolarsStream
from bridge.materializers.reference import ReferenceList, UrlRecord
from bridge.materializers.registry import GROUP, Registry
from bridge.materializers.scipy_sparse import Sparse
from bridge.materializers.sklearn_estimator import Skops
from bridge.materializers.tensorflow_tensor import TensorflowTensor
from bridge.materializers.text import ByteArray, Bytes, Text
from bridge.materializers.torch_module import TorchModule
from bridge.materializers.torch_tensors import Tensors
from bridge.materializers.xarray_data import Xarray

registry = Registry([], group=GROUP)
"""The process's registry."""

for _family in (
    Text(),
    Bytes(),
    ByteArray(),
    PlainJson(),
    Npy(),
    Frame(),
    PolarsParquet(),
    PolarsStream(),
    ArrowParquet(),
    ArrowStream(),
    TaggedJson(),
    MaskedNpy(),
    Sparse(registry),
    ObjectArray(registry),
    Xarray(registry),
    Tensors(),
    JaxArray(registry),
    TensorflowTensor(registry),
    KerasModel(registry),
    Tokenizer(registry),
    PretrainedTokenizer(registry),
    HfDataset(registry),
    PilImage(registry),
    PlotlyFigure(registry),
    Xgboost(registry),
    LightGbm(registry),
    CatBoost(registry),
    Skops(),
    PathContent(),
    ReferenceList(),
    UrlRecord(),
    Members(registry),
    MembersWithPickle(registry),
    TorchModule(),
    MatplotlibFigure(),
    Pickle(),
):
    registry.append(_family)

candidates = registry.candidates
for_value = registry.for_value
for_format = registry.for_format
formats = registry.formats
is_unsafe = registry.is_unsafe
register = registry.register
save = registry.save
