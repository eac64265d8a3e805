"""Which code a function reaches, and what changes its digest."""

from __future__ import annotations

import functools
import importlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from bridge.provenance import Code, constants, reached
from bridge.provenance.sketch import sketched
from tests.provenance.conftest import Project

HELPERS = """
def clean(row):
    return row.strip()

def unrelated(row):
    return row
"""

PIPELINE = """
import helpers

def train(rows):
    return [helpers.clean(row) for row in rows]

def other(rows):
    return [helpers.unrelated(row) for row in rows]
"""


def names(code: Code, kind: str = "function") -> list[str]:
    return [part.name for part in code.parts if part.kind == kind]


def digest(module: ModuleType, name: str = "train") -> str:
    code = reached(getattr(module, name))
    assert not code.unstable, code.unstable
    return code.digest


def test_its_own_source_comes_first_and_is_kept_as_it_is_written(project: Project) -> None:
    module = project(pipeline="# a comment\ndef train(x):\n    return x  # as is\n")
    first = reached(module.train).parts[0]
    assert (first.name, first.kind, first.line) == ("pipeline:train", "function", 2)
    assert first.text == "def train(x):\n    return x  # as is\n"
    assert first.file == module.__file__


def test_the_document_is_what_was_agreed_on(project: Project) -> None:
    code = reached(project(pipeline=PIPELINE, helpers=HELPERS).train)
    document = json.loads(code.document)
    assert document["layout"] == 1
    assert list(document["parts"][0]) == ["name", "kind", "digest", "text", "file", "line"]
    assert [part["name"] for part in document["parts"] if part["kind"] == "function"] == [
        "pipeline:train",
        "helpers:clean",
    ]


def test_the_same_code_in_another_folder_is_the_same(project: Project) -> None:
    assert digest(project(pipeline=PIPELINE, helpers=HELPERS)) == digest(project(pipeline=PIPELINE, helpers=HELPERS))


def test_formatting_comments_and_docstrings_change_nothing(project: Project) -> None:
    plain = digest(project(pipeline=PIPELINE, helpers=HELPERS))
    dressed = """
    # Another comment, and lines that move everything down.


    def clean(  row ):
        '''Strip it.'''
        return row.strip( )   # done
    """
    assert digest(project(pipeline=PIPELINE, helpers=dressed)) == plain


def test_a_line_of_a_helper_changes_just_the_tasks_that_reach_it(project: Project) -> None:
    before = project(pipeline=PIPELINE, helpers=HELPERS)
    train, other = digest(before), digest(before, "other")
    after = project(pipeline=PIPELINE, helpers=HELPERS.replace("row.strip()", "row.lower()"))
    assert digest(after) != train
    assert digest(after, "other") == other


REACHED: dict[str, tuple[str, str, str]] = {
    "a global": ("LIMIT = 1\ndef train():\n    return LIMIT", "LIMIT = 1", "LIMIT = 2"),
    "a number that becomes a text": ("LIMIT = 1\ndef train():\n    return LIMIT", "LIMIT = 1", "LIMIT = '1'"),
    "a number that becomes a truth value": ("L = 1\ndef train():\n    return L", "L = 1", "L = True"),
    "a number that becomes a float": ("L = 1\ndef train():\n    return L", "L = 1", "L = 1.0"),
    "a default": ("LIMIT = 1\ndef train(x=LIMIT):\n    return x", "LIMIT = 1", "LIMIT = 2"),
    "a default by keyword": ("LIMIT = 1\ndef train(*, x=LIMIT):\n    return x", "LIMIT = 1", "LIMIT = 2"),
    "a nested function": (
        "def train(x):\n    def inner(y):\n        return y + 1\n    return inner(x)",
        "y + 1",
        "y + 2",
    ),
    "a lambda's helper": ("def a():\n    return 1\ntrain = lambda x: a()", "return 1", "return 2"),
    "a lambda": ("train = lambda x: x + 1", "x + 1", "x + 2"),
    "a helper of a helper": (
        "def b():\n    return 1\ndef a():\n    return b()\ndef train():\n    return a()",
        "1",
        "2",
    ),
    "a comprehension": ("def a(x):\n    return 1\ndef train(r):\n    return {a(x) for x in r}", "return 1", "return 2"),
    "a closure": (
        "def make(n):\n    def inner(x):\n        return x + n\n    return inner\ntrain = make(1)",
        "make(1)",
        "make(2)",
    ),
    "a class attribute": ("class C:\n    rate = 1\ndef train():\n    return C().rate", "rate = 1", "rate = 2"),
    "a method": (
        "class C:\n    def go(self):\n        return 1\ndef train():\n    return C().go()",
        "return 1",
        "return 2",
    ),
    "what a method calls": (
        "def a():\n    return 1\nclass C:\n    def go(self):\n        return a()\ndef train():\n    return C().go()",
        "return 1",
        "return 2",
    ),
    "a property": (
        "class C:\n    @property\n    def size(self):\n        return 1\nc = C()\ndef train():\n    return c.size",
        "return 1",
        "return 2",
    ),
    "a static method": (
        "class C:\n    @staticmethod\n    def go():\n        return 1\ndef train():\n    return C.go()",
        "return 1",
        "return 2",
    ),
    "a method that becomes a property": (
        "class C:\n    def go(self):\n        return 1\ndef train():\n    return C().go",
        "    def go",
        "    @property\n    def go",
    ),
    "a base": (
        "class B:\n    def go(self):\n        return 1\nclass C(B):\n    pass\ndef train():\n    return C().go()",
        "return 1",
        "return 2",
    ),
    "a dataclass's default": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    n: int = 1\ndef train():\n    return C()",
        "n: int = 1",
        "n: int = 2",
    ),
    "a dataclass's field": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    n: int\ndef train():\n    return C(1)",
        "n: int",
        "n: int\n    m: int = 2",
    ),
    "an enumeration": (
        "import enum\nclass C(enum.Enum):\n    A = 1\ndef train():\n    return C.A",
        "A = 1",
        "A = 2",
    ),
    "a pydantic model's default": (
        "from pydantic import BaseModel\nclass C(BaseModel):\n    n: int = 1\ndef train():\n    return C()",
        "n: int = 1",
        "n: int = 2",
    ),
    "an instance's state": (
        "class C:\n    def __init__(self, n):\n        self.n = n\nc = C(1)\ndef train():\n    return c.n",
        "C(1)",
        "C(2)",
    ),
    "a slot's state": (
        "class C:\n    __slots__ = ('n',)\n    def __init__(self, n):\n        self.n = n\nc = C(1)\n"
        "def train():\n    return c.n",
        "C(1)",
        "C(2)",
    ),
    "a partial's argument": (
        "import functools\ndef a(n):\n    return n\ngo = functools.partial(a, 1)\ndef train():\n    return go()",
        "partial(a, 1)",
        "partial(a, 2)",
    ),
    "a partial's function": (
        "import functools\ndef a(n):\n    return 0\ngo = functools.partial(a, 1)\ndef train():\n    return go()",
        "return 0",
        "return 9",
    ),
    "a decorator of one's own": (
        "import functools\ndef deco(fn):\n    @functools.wraps(fn)\n    def wrapper(*a):\n        return fn(*a) + 1\n"
        "    return wrapper\n@deco\ndef train(x):\n    return x",
        "fn(*a) + 1",
        "fn(*a) + 2",
    ),
    "what is decorated": (
        "import functools\ndef deco(fn):\n    @functools.wraps(fn)\n    def wrapper(*a):\n        return fn(*a)\n"
        "    return wrapper\n@deco\ndef train(x):\n    return x * 3",
        "x * 3",
        "x * 4",
    ),
    "a decorator's argument": (
        "def times(n):\n    def deco(fn):\n        def wrapper(*a):\n            return fn(*a) * n\n"
        "        return wrapper\n    return deco\n@times(2)\ndef train(x):\n    return x",
        "@times(2)",
        "@times(3)",
    ),
    "a cached function": (
        "import functools\n@functools.lru_cache\ndef a():\n    return 1\ndef train():\n    return a()",
        "return 1",
        "return 2",
    ),
    "a single dispatch": (
        "import functools\n@functools.singledispatch\ndef a(x):\n    return 0\n@a.register\ndef _(x: int):\n"
        "    return 1\ndef train():\n    return a(1)",
        "return 1",
        "return 2",
    ),
    "another task": (
        "from prefect import task\n@task\ndef a():\n    return 1\ndef train():\n    return a()",
        "return 1",
        "return 2",
    ),
    "a function in a dictionary": (
        "def a():\n    return 1\nBY_NAME = {'a': a}\ndef train(name):\n    return BY_NAME[name]()",
        "return 1",
        "return 2",
    ),
    "a class in a list": (
        "class A:\n    def go(self):\n        return 1\nALL = [A]\ndef train():\n    return ALL[0]().go()",
        "return 1",
        "return 2",
    ),
    "a function that another name stands for": (
        "def a():\n    return 1\ndef b():\n    return 2\nrun = a\ndef train():\n    return (a(), b(), run())",
        "run = a",
        "run = b",
    ),
    "a package's function that another name stands for": (
        "from math import floor as f\ndef train(x):\n    return f(x)",
        "import floor as f",
        "import ceil as f",
    ),
    "another module under a name": (
        "import math as m\ndef train(x):\n    return m.pow(x, 2)",
        "math as m",
        "operator as m",
    ),
    "an order of columns": (
        "C = {'a': 1, 'b': 2}\ndef train():\n    return list(C)",
        "{'a': 1, 'b': 2}",
        "{'b': 2, 'a': 1}",
    ),
    "a function that is looked up by eval": (
        "def a():\n    return 1\ndef train(name):\n    return eval(name)()",
        "return 1",
        "return 2",
    ),
    "a function that is looked up in globals": (
        "def a():\n    return 1\ndef train(name):\n    return globals()[name]()",
        "return 1",
        "return 2",
    ),
    "an exception's handler": (
        "def train():\n    try:\n        return 1\n    except ValueError:\n        return 2",
        "except ValueError",
        "except TypeError",
    ),
    "a generator": ("def train():\n    yield 1", "yield 1", "yield 2"),
    "a coroutine": ("async def train():\n    return 1", "return 1", "return 2"),
}


@pytest.mark.parametrize("what", REACHED)
def test_what_is_reached_changes_the_digest(project: Project, what: str) -> None:
    text, before, after = REACHED[what]
    assert before in text
    first = digest(project(pipeline=text))
    assert digest(project(pipeline=text)) == first, "it is not the same in another folder"
    assert digest(project(pipeline=text.replace(before, after))) != first


ELSEWHERE = {
    "an attribute of a module": ("import helpers\ndef train():\n    return helpers.clean('')"),
    "a module under another name": ("import helpers as h\ndef train():\n    return h.clean('')"),
    "a name from a module": ("from helpers import clean\ndef train():\n    return clean('')"),
    "all names of a module": ("from helpers import *\ndef train():\n    return clean('')"),
    "an import in the body": ("def train():\n    import helpers\n    return helpers.clean('')"),
    "an import in the body, by name": ("def train():\n    from helpers import clean\n    return clean('')"),
    "an import in a nested body": (
        "def train():\n    import helpers as h\n    def inner():\n        return h.clean('')\n    return inner()"
    ),
    "a computed attribute": ("import helpers\ndef train(name):\n    return getattr(helpers, name)('')"),
    "a module under a local name": ("import helpers\ndef train():\n    h = helpers\n    return h.clean('')"),
}


@pytest.mark.parametrize("how", ELSEWHERE)
def test_a_helper_in_another_module_is_reached_by(project: Project, how: str) -> None:
    first = digest(project(pipeline=ELSEWHERE[how], helpers=HELPERS))
    changed = HELPERS.replace("row.strip()", "row.lower()")
    assert digest(project(pipeline=ELSEWHERE[how], helpers=HELPERS)) == first
    assert digest(project(pipeline=ELSEWHERE[how], helpers=changed)) != first


@pytest.mark.parametrize(
    "text",
    [
        "import pack.deep.helpers\ndef train():\n    return pack.deep.helpers.clean('')",
        "from pack.deep import helpers\ndef train():\n    return helpers.clean('')",
        "def train():\n    import pack.deep.helpers\n    return pack.deep.helpers.clean('')",
        "def train():\n    import pack.deep.helpers as h\n    return h.clean('')",
        "def train():\n    from pack.deep import helpers\n    return helpers.clean('')",
        "def train():\n    from pack.deep.helpers import clean as c\n    return c('')",
    ],
)
def test_a_helper_deep_in_a_package_is_reached(project: Project, text: str) -> None:
    first = digest(project(pipeline=text, pack__deep__helpers=HELPERS))
    changed = HELPERS.replace("row.strip()", "row.lower()")
    assert digest(project(pipeline=text, pack__deep__helpers=changed)) != first
    unrelated = HELPERS.replace("return row\n", "return None\n")
    assert digest(project(pipeline=text, pack__deep__helpers=unrelated)) == first


def test_a_relative_import_in_a_body_is_reached(project: Project) -> None:
    def written(helpers: str) -> str:
        text = "def go():\n    from .helpers import clean\n    return clean('')"
        return digest(project(pipeline="from pack.work import go as train", pack__work=text, pack__helpers=helpers))

    assert written(HELPERS) == written(HELPERS) != written(HELPERS.replace("row.strip()", "row.lower()"))


def test_what_is_not_reached_changes_nothing(project: Project) -> None:
    text = "A = 1\nB = 2\ndef unrelated():\n    return B\ndef train():\n    return A\n"
    first = digest(project(pipeline=text))
    assert digest(project(pipeline=text.replace("B = 2", "B = 3").replace("return B", "return -B"))) == first


def test_options_of_the_task_are_no_code(project: Project) -> None:
    text = "from prefect import task\n@task(retries=1)\ndef work():\n    return 1\ntrain = work.fn\n"
    assert digest(project(pipeline=text)) == digest(project(pipeline=text.replace("retries=1", "retries=5, name='w'")))


def test_recursion_and_cycles_end(project: Project) -> None:
    module = project(
        pipeline="""
        def train(n):
            return back(n - 1) if n else KNOT
        def back(n):
            return train(n)
        class Node:
            pass
        KNOT = Node()
        KNOT.next = KNOT
        KNOT.list = [KNOT]
        """
    )
    assert names(reached(module.train)) == ["pipeline:train", "pipeline:back"]
    assert not reached(module.train).unstable


CHANGES: dict[str, tuple[str, str]] = {
    "a global is bound anew": ("X = 1\ndef train():\n    return X", "m.X = 2"),
    "a global is bound to an equal of another type": ("X = 1\ndef train():\n    return X", "m.X = True"),
    "a list is changed": ("X = [1]\ndef train():\n    return X", "m.X.append(2)"),
    "a list in a list in a tuple is changed": ("X = ([[1]],)\ndef train():\n    return X", "m.X[0][0].append(2)"),
    "an array is changed": (
        "import numpy as np\nX = np.zeros(9)\ndef train():\n    return X",
        "m.X[3] = 1",
    ),
    "an array is changed through a view": (
        "import numpy as np\nX = np.zeros(9)\nV = X[2:5]\ndef train():\n    return X",
        "m.V[0] = 1",
    ),
    "a view's base is changed": (
        "import numpy as np\nB = np.zeros(9)\nX = B[2:5]\ndef train():\n    return X",
        "m.B[3] = 1",
    ),
    "a frame's cell is changed": (
        "import pandas as pd\nX = pd.DataFrame({'a': [1, 2], 'b': ['u', 'v']})\ndef train():\n    return X",
        "m.X.loc[1, 'b'] = 'w'",
    ),
    "a default is changed": ("def train(x=[]):\n    return x", "m.train.__defaults__[0].append(1)"),
    "defaults are replaced": ("def train(x=1):\n    return x", "m.train.__defaults__ = (2,)"),
    "a default by keyword is replaced": ("def train(*, x=1):\n    return x", "m.train.__kwdefaults__['x'] = 2"),
    "a mutable class attribute is changed": (
        "class C:\n    seen = []\ndef train():\n    return C.seen",
        "m.C.seen.append(1)",
    ),
    "a class attribute is set": ("class C:\n    n = 1\ndef train():\n    return C.n", "m.C.n = 2"),
    "a class attribute is added": ("class C:\n    n = 1\ndef train():\n    return C.n", "m.C.extra = 2"),
    "a base's attribute is set": (
        "class B:\n    n = 1\nclass C(B):\n    pass\ndef train():\n    return C.n",
        "m.B.n = 2",
    ),
    "a method is patched": (
        "class C:\n    def go(self):\n        return 1\ndef train():\n    return C().go()",
        "m.C.go = lambda self: 2",
    ),
    "a function's code is replaced": (
        "def a():\n    return 1\ndef b():\n    return 2\ndef train():\n    return a()",
        "m.a.__code__ = m.b.__code__",
    ),
    "a helper is bound anew": (
        "def a():\n    return 1\ndef b():\n    return 2\ndef train():\n    return a()",
        "m.a = m.b",
    ),
    "an instance's attribute is set": (
        "class C:\n    n = 1\nc = C()\ndef train():\n    return c.n",
        "m.c.n = 5",
    ),
    "a closure's variable is bound anew": (
        "def make():\n    n = 1\n    def inner():\n        return n\n    def set(to):\n        nonlocal n\n"
        "        n = to\n    return inner, set\ntrain, set = make()",
        "m.set(2)",
    ),
    "a closure's list is changed": (
        "def make():\n    n = []\n    def inner():\n        return n\n    return inner, n\ntrain, n = make()",
        "m.n.append(2)",
    ),
    "a built-in is shadowed": ("def train(x):\n    return len(x)", "m.len = lambda x: 3"),
    "a package's function is patched": (
        "import math\ndef mine(x):\n    return 0\ndef train(x):\n    return math.floor(x)",
        "patch.setattr(m.math, 'floor', m.mine)",
    ),
    "a name is defined later": ("def train():\n    return LATE", "m.LATE = 1"),
    "a set is changed": ("X = {1, 2}\ndef train():\n    return X", "m.X.add(3)"),
    "a name is added to a module that is taken whole": ("def train(n):\n    return globals()[n]", "m.extra = 1"),
    "a function's wrapped one is replaced": (
        "import functools\ndef a():\n    return 1\ndef b():\n    return 2\n@functools.wraps(a)\ndef train():\n"
        "    return train.__wrapped__()",
        "m.train.__wrapped__ = m.b",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_while_the_program_runs_is_seen_when(
    project: Project, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, change = CHANGES[what]
    module = project(pipeline=text)
    first, again = digest(module), digest(module)
    assert first == again
    exec(change, {"m": module, "patch": monkeypatch})
    assert digest(module) != first
    assert digest(module) == digest(module)


def test_a_change_that_is_taken_back_leaves_the_digest_as_it_was(project: Project) -> None:
    module = project(pipeline="X = [1]\ndef train():\n    return X")
    first = digest(module)
    module.X.append(2)
    assert digest(module) != first
    module.X.pop()
    assert digest(module) == first


def test_the_second_look_is_the_same_object(project: Project) -> None:
    module = project(pipeline=PIPELINE, helpers=HELPERS)
    assert reached(module.train) is reached(module.train)


def test_two_closures_of_one_factory_are_told_apart_by_who_is_who(project: Project) -> None:
    text = """
    def make(n):
        def inner():
            return n
        return inner
    a = make(1)
    b = make(2)
    run = a
    def train():
        return a() + b() * run()
    """
    assert digest(project(pipeline=text)) != digest(project(pipeline=text.replace("run = a", "run = b")))


def test_a_bound_method_counts_with_its_object(project: Project) -> None:
    module = project(
        pipeline="class C:\n    def __init__(self, n):\n        self.n = n\n    def go(self):\n        return self.n\n"
    )
    assert reached(module.C(1).go).digest == reached(module.C(1).go).digest != reached(module.C(2).go).digest


def test_a_partial_counts_with_its_arguments(project: Project) -> None:
    module = project(pipeline=PIPELINE, helpers=HELPERS)
    one, two = (reached(functools.partial(module.train, rows)) for rows in ([1], [2]))
    assert one.digest != two.digest
    assert "helpers:clean" in names(one)


def test_a_callable_object_counts_with_its_state_and_its_class(project: Project) -> None:
    text = "class C:\n    n = 0\n    def __call__(self):\n        return 1\n"
    first = reached(project(pipeline=text).C()).digest
    assert reached(project(pipeline=text).C()).digest == first
    assert reached(project(pipeline=text.replace("return 1", "return 2")).C()).digest != first


def test_packages_count_by_version_and_python_by_its_minor_one(project: Project) -> None:
    import numpy

    code = reached(
        project(pipeline="import numpy as np, json\ndef train():\n    return np.ones(json.loads('1'))").train
    )
    packages = {part.name: part.text for part in code.parts if part.kind == "package"}
    assert packages == {"numpy": numpy.__version__, "python": f"{sys.version_info.major}.{sys.version_info.minor}"}


def test_another_version_of_a_package_is_another_digest(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from bridge.provenance import walking

    text = "import numpy\ndef train():\n    return numpy.ones(1)"
    first = digest(project(pipeline=text))
    monkeypatch.setattr(walking, "version_of", lambda name: (name, "99.0"))
    assert digest(project(pipeline=text)) != first


def test_a_package_is_known_before_it_is_imported(project: Project) -> None:
    text = "def train():\n    import colorsys, yaml\n    return yaml.dump(1)"
    code = reached(project(pipeline=text).train)
    assert [part.name.lower() for part in code.parts if part.kind == "package"][-1] == "python"
    assert any("yaml" in part.name.lower() for part in code.parts if part.kind == "package")


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("F = open('/dev/null')\ndef train():\n    return F.read()", "pipeline:F", "TextIOWrapper"),
        ("F = (n for n in [1])\ndef train():\n    return F", "pipeline:F", "generator"),
        ("import socket\nF = {'s': socket.socket()}\ndef train():\n    return F", "pipeline:F", "socket"),
    ],
)
def test_what_has_no_digest_is_named_with_the_reason(project: Project, text: str, name: str, why: str) -> None:
    module = project(pipeline=text)
    (one,) = reached(module.train).unstable
    assert one.name == name
    assert why in one.why
    thing: Any = module.F["s"] if isinstance(module.F, dict) else module.F
    thing.close()


def test_locks_and_loggers_are_no_obstacle(project: Project) -> None:
    text = """
    import logging, threading
    LOG = logging.getLogger("pipeline")
    LOCK = threading.Lock()
    AGAIN = threading.RLock()
    class Box:
        lock = LOCK
    def train():
        with LOCK, AGAIN, Box.lock:
            LOG.info("x")
    """
    assert digest(project(pipeline=text)) == digest(project(pipeline=text))


def test_what_may_be_a_secret_is_not_written_down(project: Project) -> None:
    module = project(pipeline="API_TOKEN = 'hunter2' + 'x'\ndef train():\n    return API_TOKEN")
    assert "hunter2x" not in reached(module.train).document
    first = digest(module)
    module.API_TOKEN = "another"
    assert digest(module) != first


def test_a_file_that_was_edited_after_the_import_does_not_speak_for_what_runs(project: Project) -> None:
    """A worker that is older than an edit runs the old code: its key must not be the new code's."""
    module = project(pipeline="def train():\n    return 1\n")
    old = reached(project(pipeline="def train():\n    return 1\n").train).digest
    new = reached(project(pipeline="def train():\n    return 2\n").train).digest
    module = project(pipeline="def train():\n    return 1\n")
    Path(str(module.__file__)).write_text("def train():\n    return 2\n")
    assert reached(module.train).digest not in (new,)
    assert old != new


def test_code_without_a_file_counts_by_its_bytecode() -> None:
    def made(text: str) -> str:
        namespace: dict[str, Any] = {"__name__": "__main__"}
        exec(text, namespace)
        return reached(namespace["train"]).digest

    assert made("def train(): return 1") == made("def train():\n    return 1") != made("def train(): return 2")
    assert made("X = 1\ndef train(): return X") != made("X = 2\ndef train(): return X")
    assert made("train = lambda x: [y for y in x]") != made("train = lambda x: [y for y in x if y]")


def test_a_huge_constant_is_hashed_where_it_lies(project: Project) -> None:
    module = project(pipeline="import numpy as np\nX = np.zeros(4_000_000)\ndef train():\n    return X")
    first = reached(module.train)
    assert len(first.document) < 2000
    module.X[1_234_567] = 1
    assert reached(module.train).digest != first.digest


def test_eight_threads_see_the_same_code(project: Project) -> None:
    module = project(pipeline=PIPELINE, helpers=HELPERS)
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(reached(module.train).digest)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 1
    assert len(seen) == 8


def test_values_that_share_parts_are_walked_once_each(project: Project) -> None:
    text = "X = [1]\nfor _ in range(60):\n    X = [X, X]\ndef train():\n    return X"
    assert digest(project(pipeline=text)) == digest(project(pipeline=text))


def test_equal_values_have_one_digest_whether_they_share_parts_or_not(project: Project) -> None:
    shared = "A = [1]\nX = [A, A]\ndef train():\n    return X"
    assert digest(project(pipeline=shared)) == digest(project(pipeline=shared.replace("[A, A]", "[A, [1]]")))


def test_a_value_without_end_is_named_and_not_walked_for_ever(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bridge.provenance import walking

    monkeypatch.setattr(walking, "Budget", lambda: constants.Budget(1000))
    text = "X = [[i] for i in range(2000)]\ndef train():\n    return X"
    (one,) = reached(project(pipeline=text).train).unstable
    assert one.name == "pipeline:X"
    assert "leads to more than" in one.why


def test_an_object_that_raises_when_it_is_looked_at_is_named(project: Project) -> None:
    text = """
    class Odd:
        def __reduce_ex__(self, protocol):
            raise KeyError("no")
    odd = Odd()
    def train():
        return odd
    """
    (one,) = reached(project(pipeline=text).train).unstable
    assert (one.name, "no" in one.why) == ("pipeline:odd", True)


SCRIPT = """
import sys
from bridge.provenance import reached
WORDS = {"alpha", "beta", "gamma", "delta"}
NESTED = {("b", 1): frozenset({"x", "y", "z"}), "a": [{"p", "q"}]}

class Config:
    names = frozenset({"one", "two", "three"})
    def __init__(self):
        self.seen = {"u", "v", "w"}

CONFIG = Config()

def train(x):
    return x in {"k", "l", "m"} or x in WORDS or NESTED or CONFIG.seen

if __name__ == "__main__":
    print(reached(train).digest)
"""


def test_a_script_has_one_digest_under_every_hash_seed_and_when_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)

    def printed(seed: str, *arguments: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    imported = "from script import *; from script import train; print(reached(train).digest)"
    digests = {printed("1", "script.py"), printed("2", "script.py"), printed("3", "-c", imported)}
    assert len(digests) == 1


def test_a_flow_loaded_by_prefect_has_the_digest_of_the_script(tmp_path: Path, project: Project) -> None:
    from prefect.utilities.importtools import load_script_as_module

    module = project(pipeline=dedent(PIPELINE), helpers=HELPERS)
    loaded = load_script_as_module(str(module.__file__))
    assert loaded.__name__ != "pipeline"
    assert reached(loaded.train).digest == reached(module.train).digest


def test_a_module_that_cannot_be_imported_in_a_body_is_no_error(project: Project) -> None:
    module = project(
        pipeline="def train():\n    import broken, nowhere\n    return broken.x(nowhere.y)", broken="1 / 0"
    )
    code = reached(module.train)
    assert [part.text for part in code.parts if part.digest == "missing"] == [
        "cannot be imported: ZeroDivisionError",
        "cannot be imported: ModuleNotFoundError",
    ]
    importlib.invalidate_caches()


MANY = "\n".join(f"def f{n}():\n    return f{n + 1}()\n" for n in range(3_000)) + "\ndef f3000():\n    return 1\n"


def test_a_walk_through_a_large_framework_ends(project: Project) -> None:
    deep = project(pipeline=f"{MANY}\ndef train():\n    return f0()\n").train
    wide = project(pipeline="\n".join([*(f"def f{n}(): return {n}" for n in range(3_000)), every(3_000)])).train
    for fn in (deep, wide):
        code = reached(fn)
        assert [one.name for one in code.unstable] == ["its code"]
        assert "of your own" in code.unstable[0].why
        sketch = sketched(fn)
        assert sketch.parts[0].name == "pipeline:train"
        assert len(sketch.parts) < 250
        assert "…" in [part.name for part in sketch.parts]
    few = project(pipeline="\n".join([*(f"def f{n}(): return {n}" for n in range(90)), every(90)])).train
    assert len(sketched(few).parts) == len(reached(few).parts) > 90


def every(count: int) -> str:
    return f"def train(): return {', '.join(f'f{n}' for n in range(count))}"
