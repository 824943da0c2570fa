"""The pages of the reference: one a namespace, and one with all names."""

from __future__ import annotations

import inspect
import re
from functools import cache
from html import escape
from pathlib import Path

from .. import highlight
from ..page import page
from .docstring import to_html
from .names import NAMESPACES, ON_THEIR_OWN, Entry, entries, resolved, short


def write_reference(folder: Path) -> int:
    """Write all pages into a folder, which is made; return how many names they explain."""
    folder.mkdir()
    for namespace in NAMESPACES:
        (folder / _file(namespace)).write_text(_namespace_page(namespace), encoding="utf-8")
    (folder / "index.html").write_text(_index_page(), encoding="utf-8")
    return sum(len(entries(namespace)) for namespace in NAMESPACES)


def _file(namespace: str) -> str:
    return f"{namespace}.html"


@cache
def _addresses() -> dict[str, str]:
    """Where a full name is explained, from another page of the reference."""
    found = {short(namespace): _file(namespace) for namespace in NAMESPACES}
    for namespace in NAMESPACES:
        for entry in entries(namespace):
            found.setdefault(entry.full, f"{_file(namespace)}#{entry.name}")
            for member in entry.members:
                found[member.full] = f"{_file(namespace)}#{entry.name}.{member.name}"
    return found


def address(name: str, namespace: str, inside: str = "") -> str:
    """Where the name in a docstring of a namespace is explained; nothing if nowhere.

    Args:
        name: as it stands there: full, or as it is known in that namespace or class.
        namespace: of the docstring.
        inside: the full name of the class whose docstring it is.
    """
    found = _addresses()
    typed = re.sub(r"^tinyvision\b", "tv", name)
    for full in (name, typed, f"{inside}.{name}", f"{short(namespace)}.{name}", f"tv.{name}"):
        if full in found:
            return found[full]
    endings = [full for full in found if full.endswith(f".{name}")]
    return found[endings[0]] if len(endings) == 1 else ""


def _namespace_page(namespace: str) -> str:
    owner, known = resolved(namespace), entries(namespace)
    doc = inspect.cleandoc(owner.__doc__ or "")
    about = to_html(doc, lambda name: address(name, namespace, short(namespace)))
    own = [entry for entry in known if not entry.same_as and entry.kind != "namespace"]
    again = [entry for entry in known if entry.same_as]
    parts = [entry for entry in known if entry.kind == "namespace"]
    contents = " ".join(
        f'<a href="#{escape(entry.name)}">{escape(entry.name)}</a>' for entry in [*own, *again]
    )
    how = ""
    if namespace in ON_THEIR_OWN:
        how = f"<p>To be imported on its own: <code>from {escape(namespace)} import ...</code></p>"
    body = f"""<p class="kicker"><a href="index.html">Reference</a></p>
<h1><code>{escape(short(namespace))}</code></h1>
{how}{about}
{_parts(parts)}
<details class="contents"><summary>{len(own) + len(again)} names</summary>
<p class="names">{contents}</p></details>
{"".join(_section(entry, namespace) for entry in own)}
{_again(again, namespace)}"""
    return page(short(namespace), body, root="../", part="Reference")


def _parts(parts: list[Entry]) -> str:
    if not parts:
        return ""
    found = _addresses()
    items = [
        f'<li><a href="{found[entry.full]}"><code>{escape(entry.full)}</code></a> '
        f"{_summary(entry)}</li>"
        for entry in parts
        if entry.full in found
    ]
    return f"<p>Inside it:</p><ul>{''.join(items)}</ul>"


def _section(entry: Entry, namespace: str) -> str:
    name = escape(entry.name)
    bases = ", ".join(f'<a href="{_addresses()[base]}">{escape(base)}</a>' for base in entry.bases)
    kind = f"a class, based on {bases}" if bases else entry.kind
    members = "".join(_member(member, entry, namespace) for member in entry.members)
    about = to_html(entry.doc, lambda word: address(word, namespace, entry.full))
    return f"""<section class="entry" id="{name}">
<h2><a href="#{name}"><code>{name}</code></a> <small>{kind}</small></h2>
{_signature(entry.signature)}
{about}{members}</section>
"""


def _member(member: Entry, of: Entry, namespace: str) -> str:
    name = f"{of.name}.{member.name}"
    about = to_html(member.doc, lambda word: address(word, namespace, of.full))
    title = f'<a href="#{escape(name)}"><code>{escape(member.name)}</code></a>'
    return f"""<section class="member" id="{escape(name)}">
<h3>{title} <small>{member.kind}</small></h3>
{_signature(member.signature)}
{about}</section>
"""


def _signature(text: str) -> str:
    return highlight.python(text).replace('class="code"', 'class="signature"')


def _again(again: list[Entry], namespace: str) -> str:
    """Names of objects that are explained elsewhere, or above."""
    if not again:
        return ""
    note = (
        "Each takes the tensor as the first argument of the function."
        if namespace == "tinyvision.Tensor"
        else "The same objects under these names, too."
    )
    found = _addresses()
    rows = "".join(
        f'<tr id="{escape(entry.name)}"><td><code>{escape(entry.name)}</code></td>'
        f'<td><a href="{found[entry.same_as]}"><code>{escape(entry.same_as)}</code></a></td>'
        f"<td>{_summary(entry)}</td></tr>"
        for entry in again
    )
    return (
        f'<h2 id="explained-elsewhere">Explained elsewhere</h2><p>{note}</p>'
        f'<div class="wide" tabindex="0"><table><tr><th>name</th><th>is</th><th></th></tr>{rows}'
        "</table></div>"
    )


def _summary(entry: Entry) -> str:
    text = to_html(entry.summary, lambda name: "")
    return text.removeprefix("<p>").removesuffix("</p>")


def _index_page() -> str:
    groups = []
    for namespace in NAMESPACES:
        rows = "".join(
            f'<li><a href="{escape(_addresses()[entry.full])}">'
            f"<code>{escape(entry.full)}</code></a> {_summary(entry)}</li>"
            for entry in entries(namespace)
        )
        groups.append(
            f'<section class="group"><h2><a href="{_file(namespace)}">'
            f"<code>{escape(short(namespace))}</code></a></h2><ul>{rows}</ul></section>"
        )
    links = " ".join(f'<a href="{_file(name)}">{escape(short(name))}</a>' for name in NAMESPACES)
    body = f"""<h1>Reference</h1>
<p>Every public name, after <code>import tinyvision as tv</code>.</p>
<p class="names">{links}</p>
<p class="find" hidden><label>Find <input type="search" id="find" autocomplete="off"
placeholder="conv2d, gradient, ..."></label> <span id="found" role="status"></span></p>
{"".join(groups)}"""
    return page("Reference", body, root="../", part="Reference", scripts=["find.js"])
