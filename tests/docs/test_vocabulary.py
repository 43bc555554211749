"""User-facing texts use the field's words; this file lists those to avoid.

Pages, help texts, printed lines, errors, public docstrings and labels of the
tab. Names in backticks and the text of code blocks are names, not words.
CONTRIBUTING.md explains the most common ones.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AVOIDED = {
    r"answers? to": "is activated by",
    r"answer(s|ed)?": "prediction, output, activation",
    r"excite[sd]?|exciting": "activate",
    r"climb(s|ed|ing)?": "gradient ascent, optimization",
    r"sp(eaks?|oke) (for|against)": "is evidence for",
    r"person looks at": "raw images",
    r"tells?|told": "say, report, tell apart",
    r"torn": "corrupt",
    r"(left|leaves?|leaving) (it |them |those )?out": "skip, omit",
    r"likewise": "the same",
    r"to the bit": "bit-for-bit identical",
    r"run that is over": "finished run",
    r"full colou?r": "top of the color scale",
    r"colour(s|ed)?": "color",
    r"(normal|optim|recogn|initial)is(e|es|ed|ing|ation)": "-ize",
    r"centre(s|d)?": "center",
    r"wobbles?": "random transform, jitter",
    r"softness": "gradient smoothing",
    r"seldom": "rarely",
    r"nature": "images",
    r"without a life": "dead",
    r"became other (ones|filters)": "now show a different pattern",
    r"bad news|with care": "Warning, Check",
    r"see to it": "make sure",
    r"goes? on where": "resume",
    r"too dear": "too expensive",
    r"licence": "license",
}
# Said on purpose: what distinguishes is told *apart*; `lab_notes` is a diary.
ALLOWED = (r"t(ell|old|ells) (\w+ ){0,4}apart", r"\bHTTP answers?\b")
DIARIES = {"lab_notes.md"}
_WORDS = re.compile(
    "|".join(rf"\b(?:{words})\b" for words in AVOIDED), re.IGNORECASE
)
_NAMES = re.compile(
    r"```.*?```|`[^`\n]+`|\]\([^)]*\)|<[^>]+>|^ +\w+: ",
    re.DOTALL | re.MULTILINE,
)
_JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`])//[^\n]*", re.DOTALL)
_JS_TEXT = re.compile(r"'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")


def avoided_in(text: str) -> list[str]:
    """Return the avoided words of a text, without what is allowed."""
    kept = _NAMES.sub(" ", text)
    for phrase in ALLOWED:
        kept = re.sub(phrase, " ", kept)
    return [found[0] for found in _WORDS.finditer(kept)]


def pages() -> list[Path]:
    found = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    found += [ROOT / "SECURITY.md", ROOT / "tb_plugin" / "http_api.md"]
    return sorted(path for path in found if path.name not in DIARIES)


def python_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield what a file may print, raise or show, and its public docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    private = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(node, clean=False)
        and not (is_public(node) or is_help(node, path))
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in private and " " in node.value:
            yield node.lineno, node.value


def is_help(node: ast.AST, path: Path) -> bool:
    """Return whether it is the docstring of an example, which --help prints."""
    return isinstance(node, ast.Module) and path.parent.name == "examples"


def is_public(node: ast.AST) -> bool:
    """Return whether a docstring is on a page, or printed by --help."""
    return getattr(node, "name", None) in PUBLIC


def public_names() -> set[str]:
    names: set[str] = set()
    for face in ("", "presets/"):
        path = ROOT / "kerasviz_callbacks" / face / "__init__.py"
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and "__all__" in ast.dump(node):
                names |= set(ast.literal_eval(node.value))
    return names


PUBLIC = public_names()


def js_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the string literals of a module that hold a space or a capital."""
    text = _JS_COMMENT.sub(
        lambda found: "\n" * found[0].count("\n"), path.read_text("utf-8")
    )
    for found in _JS_TEXT.finditer(text):
        said = found[1] or re.sub(r"\$\{[^}]*\}", " ", found[2] or "")
        if " " in said or said[:1].isupper():
            yield text.count("\n", 0, found.start()) + 1, said


def python_files() -> list[Path]:
    tops = ("kerasviz_callbacks", "tb_plugin", "examples")
    return sorted(p for top in tops for p in (ROOT / top).rglob("*.py"))


def js_files() -> list[Path]:
    return sorted((ROOT / "tb_plugin" / "static").rglob("*.js"))


def test_pages_use_the_words_of_the_field() -> None:
    found = {}
    for path in pages():
        for number, line in enumerate(lines_of(path), start=1):
            if words := avoided_in(line):
                found[f"{path.relative_to(ROOT)}:{number}"] = words
    assert found == {}


def lines_of(path: Path) -> list[str]:
    """Return the lines of a page, those of code blocks empty."""
    return re.sub(
        r"^```.*?^```",
        lambda block: "\n" * block[0].count("\n"),
        path.read_text("utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    ).splitlines()


@pytest.mark.parametrize(
    ("files", "texts"),
    [(python_files, python_texts), (js_files, js_texts)],
    ids=["python", "javascript"],
)
def test_programs_say_the_words_of_the_field(files, texts) -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}": words
        for path in files()
        for line, text in texts(path)
        if (words := avoided_in(text))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text", ["The filter answers to dots.", "It is told.", "in full colour"]
)
def test_avoided_words_are_found(text) -> None:
    assert avoided_in(text)


@pytest.mark.parametrize(
    "text", ["`wobble=`", "[x](colours.md)", "cannot be told apart"]
)
def test_names_and_allowed_phrases_are_not(text) -> None:
    assert not avoided_in(text)
