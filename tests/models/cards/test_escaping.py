"""Any text, written into Markdown, is read again as that text."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import example, given
from markdown_it import MarkdownIt

from bridge.models.cards import escaping

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TEXTS = st.text(st.sampled_from("ab1 .)#*_`[]()<>&|~\\!-+=:\"'$\n\t{}/@") | st.characters(), max_size=40)


def read(markdown: str) -> list[tuple[str, str]]:
    """Kinds and contents of what a reader sees."""
    found = []
    for token in READER.parse(markdown):
        found += [(token.type, token.content)] if token.type != "inline" else []
        found += [(child.type, child.content) for child in token.children or ()]
    return found


def collapsed(words: str) -> str:
    return " ".join(escaping.one_line(words).split())


@given(TEXTS)
@example("1. a")
@example("- a")
@example("===")
@example("&amp; &lt;")
@example("a_b_ _c_ __d__")
@example("http://x.example/_a_*b*")
@example("a\\")
def test_a_line_of_text_is_a_paragraph_of_that_text(words: str) -> None:
    tokens = read(escaping.text(words))
    if not collapsed(words):
        assert tokens == []
        return
    assert [kind for kind, _ in tokens if kind not in {"text", "text_special"}] == ["paragraph_open", "paragraph_close"]
    said = "".join(content for kind, content in tokens if kind in {"text", "text_special"})
    assert " ".join(said.split()) == collapsed(words)


@given(TEXTS)
@example("`")
@example("``a`")
@example("a\\")
def test_a_line_of_code_is_code_with_that_text(words: str) -> None:
    if not escaping.one_line(words):
        assert escaping.code(words) == ""
        return
    tokens = [token for token in read(escaping.code(words)) if token[0] == "code_inline"]
    assert len(tokens) == 1
    assert tokens[0][1].strip() == escaping.one_line(words)


@given(TEXTS, TEXTS)
@example("a\\", "b")
@example("`a|b", "|")
def test_cells_of_a_table_stay_in_their_columns(code: str, words: str) -> None:
    row = f"| x | {escaping.code(code, in_table=True)} | {escaping.text(words)} | y |"
    tokens = read(f"| a | b | c | d |\n| --- | --- | --- | --- |\n{row}")
    assert [kind for kind, _ in tokens].count("td_open") == 4
    told = [content for kind, content in tokens if kind == "code_inline"]
    assert [one.strip() for one in told] == ([escaping.one_line(code)] if escaping.one_line(code) else [])


@given(st.text(max_size=60))
def test_what_stands_in_a_fence_does_not_end_it(words: str) -> None:
    text = "\n".join(escaping.lines(words))
    fence = escaping.fence(text)
    assert [kind for kind, _ in read(f"{fence}text\n{text}\n{fence}")] == ["fence"]
