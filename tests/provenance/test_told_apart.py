"""Things that are easily taken for each other: what packages give, what is bound, what fields begin with."""

from __future__ import annotations

import functools
import math
import operator
import random
import re
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from bridge.provenance import reached
from tests.provenance.conftest import Project


def digest(project: Project, text: str, **others: str) -> str:
    code = reached(project(pipeline=dedent(text), **others).train)
    assert not code.unstable, code.unstable
    return code.digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (len, sum),
        (math.sin, math.cos),
        (np.mean, np.median),
        (Ridge, Lasso),
        (int, str),
        (math, operator),
        (str.upper, str.lower),
        (dict.fromkeys, int.from_bytes),
        ("a".join, "b".join),
        (re.compile("a").match, re.compile("b").match),
        (np.array([1]).sum, np.array([2]).sum),
        (np.array([1]).sum, np.array([1]).max),
        (Ridge(1.0).fit, Ridge(2.0).fit),
        (functools.partial(np.mean, axis=0), functools.partial(np.median, axis=0)),
        (np.linalg.norm, np.linalg.det),
    ],
)
def test_what_a_package_gives_is_told_apart_by_its_name_and_object(one: Any, other: Any) -> None:
    assert reached(one).digest == reached(one).digest != reached(other).digest


APART = {
    "a bound method in a constant": (
        "class C:\n    def __init__(s, a): s.a = a\n    def go(s): return s.a\nF = [C(1).go]\ndef train(): return F",
        "C(1)",
        "C(2)",
    ),
    "the function of a bound method in a constant": (
        "class C:\n    def go(s): return 1\nF = [C().go]\ndef train(): return F",
        "return 1",
        "return 2",
    ),
    "a text's method": ("F = 'a'.join\ndef train(): return F([])", "'a'", "'b'"),
    "a factory of a field": (
        "from dataclasses import dataclass, field\n@dataclass\nclass C:\n"
        "    a: list = field(default_factory=lambda: [1])\n"
        "def train(): return C()",
        "[1]",
        "[2]",
    ),
    "a function that is the factory of a field": (
        "from dataclasses import dataclass, field\ndef mk(): return [1]\n@dataclass\nclass C:\n"
        "    a: list = field(default_factory=mk)\ndef train(): return C()",
        "[1]",
        "[2]",
    ),
    "the default of a field with a slot": (
        "from dataclasses import dataclass\n@dataclass(slots=True)\nclass C:\n    a: int = 1\ndef train(): return C()",
        "= 1",
        "= 2",
    ),
    "two packages' functions of one name": (
        "from scipy import linalg as s\nfrom numpy import linalg as n\nF = n.det\ndef train(): return s, n, F",
        "F = n",
        "F = s",
    ),
}


@pytest.mark.parametrize("what", APART)
def test_a_change_is_seen_in(project: Project, what: str) -> None:
    text, old, new = APART[what]
    assert digest(project, text) == digest(project, text) != digest(project, text.replace(old, new))


@pytest.mark.parametrize(
    "text",
    [
        "import helpers\ndef train(): return helpers.anything",
        "import importlib\ndef train(): return importlib.import_module('helpers').anything",
        "from importlib import import_module\ndef train(): return import_module('helpers').anything",
        "def train(): return __import__('helpers').anything",
        "def train():\n    import importlib\n    return importlib.import_module('helpers').anything",
    ],
)
def test_what_a_module_gives_when_asked_for_any_name_counts(project: Project, text: str) -> None:
    helpers = "def __getattr__(name): return 1"
    before = digest(project, text, helpers=helpers)
    assert before != digest(project, text, helpers=helpers.replace("1", "2"))


def test_a_function_that_a_package_made_of_a_nameless_one_has_no_digest(project: Project) -> None:
    module = project(pipeline="import numpy as np\nF = np.frompyfunc(lambda a: a + 1, 1, 1)\ndef train(): return F(1)")
    (one,) = reached(module.train).unstable
    assert (one.name, "not found under that name" in one.why) == ("pipeline:F", True)


@pytest.mark.parametrize("fn", [random.random, random.shuffle, np.random.rand])
def test_the_hidden_generator_of_a_module_is_the_packages_own_state(fn: Callable[..., Any]) -> None:
    before = reached(fn).digest
    fn([1, 2]) if fn is random.shuffle else fn()
    assert reached(fn).digest == before


def test_what_a_package_wraps_has_the_same_name_in_a_script_and_in_a_module(project: Project) -> None:
    text = """
    from contextlib import contextmanager
    @contextmanager
    def opened():
        yield 1
    def train():
        with opened() as one:
            return one
    """
    script: dict[str, Any] = {"__name__": "__main__", "__file__": "pipeline.py"}
    module = project(pipeline=dedent(text))
    exec(compile(dedent(text), str(module.__file__), "exec", dont_inherit=True), script)  # as `python pipeline.py` does
    assert reached(script["train"]).digest == reached(module.train).digest
