"""Other people's text, so that Markdown reads it as text.

What is written with a backslash for one reader of Markdown is read otherwise by another, so `<`, `>` and `&`, which
could become tags, are written as HTML's entities, which every reader knows.
"""

from __future__ import annotations

import re

_MARKED = re.compile(r"([\\`*_\[\]~|$])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_WITHIN_WORDS = re.compile(r"(?<=[^\W_])\\_(?=[^\W_])")
_BEGINNING = re.compile(r"^([#+=-]|\d{1,9}[.)](?=\s|$))")


def text(words: str) -> str:
    r"""A line of text; line ends and control characters become spaces.

    >>> text("<b>a_b</b> *c* | d")
    '&lt;b&gt;a_b&lt;/b&gt; \\*c\\* \\| d'
    """
    line = "".join(_ENTITIES.get(character, character) for character in one_line(words))
    line = _WITHIN_WORDS.sub("_", _MARKED.sub(r"\\\1", line))
    begun = _BEGINNING.match(line)
    if begun is None:
        return line
    end = begun.end() - 1
    return f"{line[:end]}\\{line[end:]}"


def code(words: str, *, in_table: bool = False) -> str:
    r"""A line of code: backticks, as many as it takes.

    >>> code("a`b"), code("x|y", in_table=True)
    ('`` a`b ``', '`x\\|y`')
    """
    line = one_line(words)
    if not line:
        return ""
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    if longest or line != line.strip():
        line = f" {line} "
    return f"{fence}{line.replace('|', chr(92) + '|') if in_table else line}{fence}"


def fence(lines: str) -> str:
    """What lines of code stand between.

    >>> fence("a ``` b")
    '````'
    """
    longest = max((len(run) for run in re.findall("`+", lines)), default=0)
    return "`" * max(longest + 1, 3)


def one_line(words: str) -> str:
    r"""A text without line ends and control characters.

    >>> one_line("a\nb\x1b[31m")
    'a b [31m'
    """
    return "".join(character if character.isprintable() else " " for character in words).strip()


def lines(words: str) -> list[str]:
    r"""A text's lines without control characters; tabs become spaces.

    >>> lines("a\tb\r\nc")
    ['a    b', 'c']
    """
    told = words.replace("\t", "    ").splitlines()
    return ["".join(character if character.isprintable() else " " for character in line) for line in told]
