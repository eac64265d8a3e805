"""Environment variables that change what code computes, by a list of those that may be recorded."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from bridge.provenance.secrets import is_secret_variable

DEFAULT = (
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "JAX_*",
    "KMP_*",
    "LANG",
    "LC_ALL",
    "LOKY_MAX_CPU_COUNT",
    "MKL_CBWR",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NUMEXPR_*",
    "NVIDIA_TF32_OVERRIDE",
    "OMP_*",
    "OPENBLAS_*",
    "POLARS_*",
    "PYTHONHASHSEED",
    "PYTHONOPTIMIZE",
    "PYTHONUTF8",
    "PYTORCH_*",
    "RAYON_NUM_THREADS",
    "TF_CUDNN_DETERMINISTIC",
    "TF_DETERMINISTIC_OPS",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_NUM_*",
    "TF_XLA_FLAGS",
    "TOKENIZERS_PARALLELISM",
    "TORCH_*",
    "TZ",
    "XLA_FLAGS",
)
"""Threads, devices, determinism, locale; a `*` stands for anything."""

LONGEST = 1000
"""Characters of a value that are recorded."""


def variables(more: Iterable[str] = (), environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that may be recorded and are set, by name.

    What looks like a secret by its name or its value is not recorded, whoever asks for it.

    Args:
        more: Names beside those of `DEFAULT`.
        environ: Left out, this process'.

    >>> variables(["STAGE", "MY_*"], {"STAGE": "dev", "MY_TOKEN": "x", "MY_LR": "0.1", "HOME": "/root", "TZ": "UTC"})
    {'MY_LR': '0.1', 'STAGE': 'dev', 'TZ': 'UTC'}
    """
    patterns = (*DEFAULT, *more)
    here = os.environ if environ is None else environ
    return {
        name: value if len(value) <= LONGEST else f"{value[:LONGEST]}… ({len(value)} characters)"
        for name, value in sorted(here.items())
        if any(fnmatchcase(name, pattern) for pattern in patterns) and not is_secret_variable(name, value)
    }
