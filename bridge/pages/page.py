"""The one door to Jinja: what pages have in common, and the policy that keeps them safe."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

    Templates = Environment


def environment(package: str, folder: str) -> Templates:
    """Templates of a package, which may extend `page.html` and have the style of all pages.

    Every text is escaped.

    Args:
        package: "bridge.tuning.page".
        folder: Of the package.

    >>> "style.css" in environment("bridge.pages", "templates").list_templates()
    True
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined  # 80 ms to import

    return Environment(
        loader=ChoiceLoader([PackageLoader(package, folder), PackageLoader("bridge.pages", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )


def render(templates: Templates, name: str, *, styles: tuple[str, ...] = (), **facts: object) -> str:
    """A page. The same facts give the same text.

    The page's own policy forbids scripts, requests and any style but its own, so that nothing which somebody wrote into
    a name could do more than be read.

    Args:
        templates: From `environment`.
        name: Of the template.
        styles: Templates of further styles.
        facts: What the template shows: at least `title` and `kind` ("Model card").

    >>> page = render(environment("bridge.pages", "templates"), "page.html", title="<a>", kind="Report")
    >>> "<title>&lt;a&gt;: report</title>" in page
    True
    """
    style = "".join(_source(templates, each) for each in ("style.css", *styles))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return templates.get_template(name).render(style=style, style_digest=digest, **facts) + "\n"


def _source(templates: Templates, name: str) -> str:
    text, _, _ = templates.loader.get_source(templates, name)  # type: ignore[union-attr]  # it has one
    return text


def _printable(value: object) -> object:
    """Text without control characters, which HTML does not have; line ends stay."""
    if type(value) is not str or value.isprintable():
        return value
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in value)
