"""Files that were written to hang, crash or fill a program that reads them, and what is said of each."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

HEAD = "title: T\nsteps:\n"
SAY = f"{HEAD}  - say: "
FULL = 256 * 1024 - 100
"""As long as a file may be, nearly."""

DEEP = "this lies more than 32 levels deep"
LONG = "the file has more than 10,000 values"
MANY = "there are more than 100 mistakes; the rest is not read"
ENDLESS = "from its start to here the routine has more than 20,000 sentences and silences"
SENTENCE = "this sentence has"
NO_FILE = "this is not a file"


def lines(line: str, size: int = FULL) -> str:
    return line * (size // len(line))


# Its name, its text, and how what is said of it begins.
FILES: dict[str, tuple[str, str]] = {
    "nested brackets": ("[" * 200_000, DEEP),
    "nested brackets in a step": (SAY + "[" * 200_000, DEEP),
    "nested braces": ("{" * 200_000, DEEP),
    "nested lists on one line": (HEAD + "  " + "- " * 120_000, DEEP),
    "nested lists on many lines": ("\n".join(" " * depth + "-" for depth in range(700)), DEEP),
    "nested questions": ("? " * 120_000, DEEP),
    "billion laughs": (
        "a: &a [x]\n" + "".join(f"{name}: &{name} [{f'*{last},' * 9}]\n" for last, name in pairwise("abcdefghijkl")),
        MANY,
    ),
    "many aliases": (f"a: &a x\nb: [{'*a,' * 60_000}]", MANY),
    "many anchors": (f"a: [{'&a x,' * 40_000}]", MANY),
    "many tags": (f"a: [{'!a x,' * 40_000}]", MANY),
    "a tag that would run a program": ('a: !!python/object/apply:os.system ["true"]', "a text cannot begin with `!`"),
    "many keys": ("".join(f"k{number}: 1\n" for number in range(20_000)), LONG),
    "the same key": (lines("a: 1\n"), LONG),
    "many steps": (HEAD + lines("  - say: Go\n"), LONG),
    "many wrong steps": (HEAD + lines("  - sya: Go\n", 30_000), MANY),
    "many empty steps": (HEAD + lines("  -\n"), LONG),
    "many libraries": (f"moves: [{','.join(f'm{number}' for number in range(9_000))}]\n{HEAD}  - say: x\n", MANY),
    "many parts": (HEAD + "".join(f"  - include: p{number}\n" for number in range(3_000)), MANY),
    "many documents": ("---\na\n" * 40_000, "a line of `---` cannot stand inside a file"),
    "many directives": ("%YAML 1.1\n" * 20_000, "a line cannot begin with `%`"),
    "a repeat of a billion": (f"{HEAD}  - repeat: 1000000000\n    steps: [{{say: x}}]\n", "`repeat` should be"),
    "a repeat of more digits": (f"{HEAD}  - repeat: {'9' * 200_000}\n    steps: [{{say: x}}]\n", "`repeat` should be"),
    "nested repeats": (
        HEAD
        + "".join(f"{'  ' * (2 * depth + 1)}- repeat: 20000\n{'  ' * (2 * depth + 2)}steps:\n" for depth in range(12))
        + "  " * 25
        + "- say: x\n",
        ENDLESS,
    ),
    "an include a thousand times": (HEAD + "  - include: thousand\n" * 1_000, ENDLESS),
    "a breath without end": (f"{HEAD}  - breathe: {{cycles: 20000, in: 1s, out: 1s}}\n", ENDLESS),
    "a duration without end": (f"{HEAD}  - pause: {'9' * 200_000}s\n", "`999"),
    "a duration of ages": (f"{HEAD}  - pause: 999999999h\n", "from its start to here the routine lasts more than"),
    "a duration of dots": (f'{HEAD}  - pause: "{"1." * 120_000}"\n', "`1.1."),
    "many sentences": (SAY + "Go. " * 60_000, ENDLESS),
    "many silences": (SAY + "Go [1s] " * 31_000, ENDLESS),
    "many empty brackets": (f'{SAY}"{"[]" * 120_000}"', MANY),
    "many open brackets": (f'{SAY}"{"[" * 250_000}"', MANY),
    "abbreviations": (f'{SAY}"{"Dr. X " * 40_000}"', SENTENCE),
    "full stops": (f'{SAY}"{". " * 120_000}"', "`. . ."),
    "digits": (f'{SAY}"{"1" * 250_000}"', SENTENCE),
    "digits and dashes": (f'{SAY}"{"1-" * 120_000}"', SENTENCE),
    "round brackets": (f'{SAY}"x{"( " * 120_000}"', SENTENCE),
    "quotes": (f"{SAY}x{chr(39) * 250_000}", SENTENCE),
    "one word": (f"title: {'a' * 250_000}\nsteps: [{{say: x}}]", "this has"),
    "one line": (f"title: {'word ' * 50_000}\nsteps: [{{say: x}}]", "this has"),
    "a quote that is not closed": (f'title: "{"a " * 120_000}', "a quote is opened here and never closed"),
    "many lines that are not closed": (f"title: '{'a' + chr(10)}{chr(10).join([' a'] * 80_000)}", "a quote is opened"),
    "empty lines": ("\n" * 250_000, "there is nothing in this file"),
    "notes": ("# x\n" * 60_000, "there is nothing in this file"),
    "spaces": (" " * 250_000, "there is nothing in this file"),
    "tabs": ("\t" * 250_000, "a tab cannot be used here"),
    "nothing": ("", "there is nothing in this file"),
    "a character that is too large": ('title: "\\UFFFFFFFF"', "this character or number cannot be used"),
    "a version that is too large": (f"%YAML 1.{'1' * 5_000}\n---\na: 1\n", "this character or number cannot be used"),
    "a language without end": (f"title: T\nlanguage: {'en-' * 80_000}!\nsteps: [{{say: x}}]", "`en-en"),
    "pronunciations": (
        "title: T\npronounce:\n" + "".join(f"  w{number}: x\n" for number in range(4_000)) + "steps: [{say: x}]",
        "there are more than 1,000 pronunciations",
    ),
    "zero bytes": ("\0" * 1_000, "the character U+0000 here cannot be read or heard"),
    "a script of bars.md": (f"# T\n[hold 1s {'| ' * 120_000}]", MANY),
    "a script of quotes.md": (f"# T\n[hold 1s {chr(34) * 250_000}]", "`1s"),
    "a script of sentences.md": ("# T\n" + "Go. " * 60_000, "from its start to here the script has more than 20,000"),
    "a script of lines.md": ("# T\n" + "x\n" * 120_000, "from its start to here the script has more than 20,000"),
    "a script of brackets.md": ("# T\n" + "[x]\n" * 60_000, MANY),
    "a script of open brackets.md": (f"# T\n[{' ' * 250_000}x", "this `[` has no partner"),
}


def write(folder: Path) -> dict[Path, str]:
    """Write them all, with the parts some of them use. Returns how what is said of each begins."""
    (folder / "parts").mkdir()
    (folder / "parts" / "thousand.yaml").write_text("steps:\n" + "  - include: grain\n" * 1_000)
    (folder / "parts" / "grain.yaml").write_text("steps:\n" + "  - say: x\n" * 1_000)
    said = {}
    for name, (text, beginning) in FILES.items():
        path = folder / (name if name.endswith(".md") else f"{name}.yaml")
        path.write_bytes(text.encode())
        said[path] = beginning
    sparse = folder / "a gigabyte.yaml"
    with sparse.open("wb") as file:
        file.truncate(2**30)
    said[sparse] = "the file is larger than 256 KB"
    utf16 = folder / "utf-16.yaml"
    utf16.write_bytes(HEAD.encode("utf-16"))
    said[utf16] = "the file is not saved as UTF-8 text"
    if hasattr(os, "mkfifo"):
        pipe = folder / "pipe.yaml"
        os.mkfifo(pipe)
        said |= {pipe: NO_FILE, Path("/dev/zero"): NO_FILE, folder: "this is a folder"}
    return said
