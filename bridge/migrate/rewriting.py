"""One file through all its rules, and the check that nothing was lost on the way."""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst
from libcst.metadata import MetadataWrapper

from bridge.migrate.eras import Era, eras_of
from bridge.migrate.finding import Finding
from bridge.migrate.quoting import with_other_quotes
from bridge.migrate.rule import Place, visited
from bridge.migrate.rules import rules_of

_PASSES = 3
"""Times that rules are applied to what has come of them, at most."""

RULE = "bridge"
"""Name under which findings stand that are no rule's."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a text.

    Args:
        text: As it is now; as it was, if nothing is done.
        findings: By line of the text before.
    """

    text: str
    findings: tuple[Finding, ...]


def rewrite(text: str, eras: Sequence[Era], *, path: str = "<text>", known: dict[str, str] | None = None) -> Rewritten:
    r"""Apply the rules of some eras to a module, and again to what comes out, until they change nothing.

    What one rule leaves may be what an earlier one waits for; a second migration must not find it. If a rule fails, or
    what comes out is no Python or lacks a comment, the text stays as it was, and a finding says so.

    >>> rewrite("from prefect import flow\n", ["prefect3"]).text
    'from bridge import flow\n'
    """
    found = _once(text, eras, path, known or {})
    before = text
    for _ in range(_PASSES):
        if found.text == before:
            break
        before = found.text
        there = [era for era in eras if era in eras_of(before)]
        again = _once(before, there, path, known or {})
        if again.text != before:
            later = _on_lines_of(text, before, again.findings)
            found = Rewritten(again.text, _together(found.findings, later, there))
    return found


def _together(first: Sequence[Finding], later: Sequence[Finding], eras: Sequence[Era]) -> tuple[Finding, ...]:
    """Findings of two passes: without what both say, and what was to do by hand until the later one did it."""
    said = {(one.line, one.rule) for one in later}
    kept = {
        one
        for one in first
        if one.kind != "manual" or one.rule.partition("/")[0] not in eras or (one.line, one.rule) in said
    }
    known = {(one.line, one.rule) for one in kept}
    return tuple(sorted({*kept, *(one for one in later if (one.line, one.rule) not in known)}))


def _once(text: str, eras: Sequence[Era], path: str, known: dict[str, str]) -> Rewritten:
    place = Place(path=path, text=text, known=known)
    body, end = _without_end(text)
    try:
        module = cst.parse_module(body)
    except cst.ParserSyntaxError as error:
        return Rewritten(
            text, (Finding(error.raw_line, 0, "manual", RULE, "This file", f"is not valid Python: {error.message}"),)
        )
    except RecursionError:
        return Rewritten(text, (_untouched("is nested too deeply to be read"),))
    if module.code != body:
        return Rewritten(text, (_untouched("is left as it is: it has line ends or letters that do not come back"),))
    code, wrapper = body, _known(module)
    for rule in rules_of(eras):
        there = len(place.findings)
        try:
            changed = visited(rule, wrapper, place)
            now = code
            if changed is not None and changed is not wrapper.module:
                now = with_other_quotes(changed, code).code
            if now != code:
                wrapper = _known(cst.parse_module(now))
        except Exception as error:  # noqa: BLE001  whatever a rule stumbles over, the file stays whole
            return Rewritten(
                text, (_untouched(f"is left as it is: the rule {rule.name} failed ({error!r}). Please report it"),)
            )
        place.findings[there:] = _on_lines_of(text, code, place.findings[there:])
        code = now
    wrong = lost_in(text, code)
    if wrong:
        return Rewritten(text, (_untouched(f"is left as it is: {wrong}. Please report it"),))
    return Rewritten(f"{code}{end}", tuple(sorted(set(place.findings))))


def _without_end(text: str) -> tuple[str, str]:
    r"""A text, and the lines of nothing but blanks at its end, of which LibCST loses some.

    >>> _without_end("a = 1\n\n  \n"), _without_end("a = 1\n\n")
    (('a = 1\n', '\n  \n'), ('a = 1\n\n', ''))
    """
    end = re.search(r"(?<=\n)[ \t\n]*[ \t]+\n*\Z", text)
    return (text[: end.start()], end[0]) if end is not None and text.strip() else (text, "")


def _known(module: cst.Module) -> MetadataWrapper:
    """What is known of a tree costs more than a rule: it is found out anew only where one has changed it.

    A tree that was just read has each node once, and need not be copied; one that a rule has made may have some twice,
    which is why it is read anew.
    """
    return MetadataWrapper(module, unsafe_skip_copy=True)


def lost_in(before: str, after: str) -> str:
    """Say what is wrong with a change: it is no Python, or comments are not what they were. Empty if nothing is.

    >>> lost_in("x = 1  # one", "x = 2")
    'the comment "# one" would be lost'
    """
    if after == before:
        return ""
    try:
        ast.parse(after)
    except (SyntaxError, ValueError) as error:
        return f"what it would become is no Python ({error})"
    missing = _comments(before) - _comments(after)
    for comment in missing:
        return f'the comment "{comment}" would be lost'
    return ""


def _comments(text: str) -> Counter[str]:
    try:
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        return Counter(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)
    except (tokenize.TokenError, SyntaxError):
        return Counter()


def _untouched(why: str) -> Finding:
    return Finding(0, 0, "manual", RULE, "This file", why)


def _on_lines_of(before: str, now: str, findings: Sequence[Finding]) -> list[Finding]:
    """Findings about a text that rules have changed, on the lines of the text before."""
    if before == now or not findings:
        return list(findings)
    lines = _lines(before, now)
    return [replace(one, line=lines[min(one.line, len(lines) - 1)]) for one in findings]


def _lines(before: str, now: str) -> list[int]:
    """For each line of a changed text, from 1, the line of the text before that it was, or that stood there."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), now.splitlines(), autojunk=False)
    lines = [0]
    for _, start, end, begun, ended in matcher.get_opcodes():
        for offset in range(ended - begun):
            lines.append(min(start + offset, max(end - 1, start)) + 1)
    return lines
