"""What the site needs beyond MkDocs: pages for files that the documentation links to and that lie outside docs/.

A page says `[the code](../examples/tuning/forest.py)`, which works where the repository is read. In the site the link
leads to a page made here that shows the file, or what a folder holds. A link to nothing is left as it is: MkDocs warns.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

TOP = Path(__file__).resolve().parents[2]
DOCS = TOP / "docs"
OUTWARD = re.compile(r"\]\((?P<path>\.\./[^)#\s]+)(?P<anchor>#[^)]*)?\)")
LANGUAGES = {".py": "python", ".toml": "toml", ".md": "markdown", ".yml": "yaml", ".yaml": "yaml", ".sh": "bash"}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the decisions."""
    pages = sorted(path.relative_to(DOCS).as_posix() for path in (DOCS / "decisions").glob("*.md"))
    config.nav = [{"Decisions": pages} if entry == {"Decisions": "decisions"} else entry for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each file outside docs/ that a page links to."""
    texts = {file: file.content_string for file in files.documentation_pages()}
    for target in sorted({there for file, text in texts.items() for there in _targets(file.src_uri, text)}):
        _add(target, files, config)
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Lead the links to those pages."""

    def led(found: re.Match[str]) -> str:
        target = _outside(page.file.src_uri, found["path"])
        up = "../" * page.file.src_uri.count("/")
        return found[0] if target is None else f"]({up}{_place(target)})"

    return OUTWARD.sub(led, markdown)


def _targets(src: str, text: str) -> set[Path]:
    return {there for found in OUTWARD.finditer(text) if (there := _outside(src, found["path"])) is not None}


def _outside(src: str, link: str) -> Path | None:
    there = (DOCS / src).parent.joinpath(link).resolve()
    is_ours = there.is_relative_to(TOP) and not there.is_relative_to(DOCS)
    return there if is_ours and there.exists() else None


def _place(target: Path) -> str:
    return f"source/{target.relative_to(TOP).as_posix()}.md"


def _add(target: Path, files: Files, config: MkDocsConfig) -> None:
    if target.is_dir():
        inside = [path for path in sorted(target.iterdir()) if path.is_file() and not path.name.startswith((".", "__"))]
        for path in inside:
            _add(path, files, config)
        text = "\n".join(f"- [{path.name}]({target.name}/{path.name}.md)" for path in inside)
    else:
        text = f"````{LANGUAGES.get(target.suffix, 'text')}\n{target.read_text('utf-8')}\n````"
    content = f"# {target.relative_to(TOP).as_posix()}\n\n{text}\n"
    place = _place(target)
    if files.get_file_from_path(place) is None:
        files.append(File.generated(config, place, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
