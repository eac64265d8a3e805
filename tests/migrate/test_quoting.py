"""What comes into the braces of an f-string has quotes that may stand there, in every Python."""

from __future__ import annotations

import ast

import libcst as cst
import pytest

from bridge.migrate.quoting import with_other_quotes
from bridge.migrate.rewriting import rewrite

BEFORE = """import prefect
from prefect import task

@task
def tell(x):
    print({text})
"""


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('f"{prefect.context.today}"', """f"{runtime.flow_run.scheduled_start_time.strftime('%Y-%m-%d')}\""""),
        ("f'{prefect.context.today}'", """f'{runtime.flow_run.scheduled_start_time.strftime("%Y-%m-%d")}'"""),
        (
            'f"""{prefect.context.today} "x" """',
            'f"""{runtime.flow_run.scheduled_start_time.strftime("%Y-%m-%d")} "x" """',
        ),
        (
            """rf"{x}: {prefect.context['today']!r:>{x}}\"""",
            """rf"{x}: {runtime.flow_run.scheduled_start_time.strftime('%Y-%m-%d')!r:>{x}}\"""",
        ),
    ],
)
def test_a_text_within_an_f_string_is_in_quotes_that_are_free_there(text: str, after: str) -> None:
    done = rewrite(BEFORE.replace("{text}", text), ["prefect1"])
    assert f"print({after})" in done.text
    ast.parse(done.text)
    assert all(one.rule != "bridge" for one in done.findings)


def test_an_f_string_that_no_rule_has_touched_stays(recwarn: pytest.WarningsRecorder) -> None:
    text = BEFORE.replace("{text}", """f"{x['a']} {prefect.context.today}", f'{x["a"]}', f"{x!r}\"""")
    done = rewrite(text, ["prefect1"])
    assert """, f'{x["a"]}', f"{x!r}\"""" in done.text
    assert """f"{x['a']} {runtime""" in done.text


@pytest.mark.parametrize("inner", ['get("it\'s")', r'get("\n")', "get('a')"])
def test_a_text_that_has_no_other_quotes_stays(inner: str) -> None:
    part = cst.FormattedStringExpression(cst.parse_expression(inner))
    module = cst.Module([cst.SimpleStatementLine([cst.Expr(cst.FormattedString([part], start='f"', end='"'))])])
    assert with_other_quotes(module, "").code == module.code
