"""Where the keys and values of a TOML text stand, and what is said of a text that is none."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.base.source import UnreadableSource
from voiceguide.choices.toml import statements

TEXT = '''\
# Comments, with "quotes and [brackets

engine = "piper"  # auto = "no"
  pace=0.9
"bed-level" = '-18dB'
profile = [  # who
    "pregnant", # ]
    'knee',
]
voice = """
a = 1
\\""" b""""
bed = \'\'\'
c = 2\'\'\'
order = {a = "}", b = [1]}
detail . x = 1
[table]
below = 1
[[more]]
'''


def test_statements_and_their_places() -> None:
    found = [(each.key, each.value, str(each.span), str(each.value_span)) for each in statements(TEXT, "c")]
    assert found == [
        ("engine", "piper", "c:3:1", "c:3:10"),
        ("pace", 0.9, "c:4:3", "c:4:8"),
        ("bed-level", "-18dB", "c:5:1", "c:5:15"),
        ("profile", ["pregnant", "knee"], "c:6:1", "c:6:11"),
        ("voice", 'a = 1\n""" b"', "c:10:1", "c:10:9"),
        ("bed", "c = 2", "c:13:1", "c:13:7"),
        ("order", {"a": "}", "b": [1]}, "c:15:1", "c:15:9"),
        ("", None, "c:16:1", "c:16:1"),
        ("", None, "c:17:1", "c:17:1"),
        ("", None, "c:19:1", "c:19:1"),
    ]


def test_the_ends_of_windows_lines_are_no_part_of_values() -> None:
    text = 'pace = 0.9\r\nbed = "rain" # x\r\n'
    first, second = statements(text, "c")
    assert text[first.start : first.end] == "pace = 0.9"
    assert text[second.value_start : second.end] == '"rain"'
    assert str(second.span) == "c:2:1"


VALUES = st.recursive(
    st.sampled_from(
        ['"a"', "'b # ['", "1", "-0.5", "true", '"""x\n]#"""', "'''\ny'''", '""', "''", "1979-05-27", '"\\""']
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[ # {{\n {', '.join(items)} ]"),
        inner.map(lambda item: f"{{ k = {item} }}" if "\n" not in item else "{}"),
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(VALUES, st.sampled_from(["", " # note", "\n# note", "\n", "\r\n"])), max_size=8))
def test_each_statement_is_found_with_its_own_value(written: list[tuple[str, str]]) -> None:
    text = "".join(f"key{number} = {value}{after}\n" for number, (value, after) in enumerate(written))
    found = statements(text, "c")
    assert {each.key: each.value for each in found} == tomllib.loads(text)
    assert [text[each.value_start : each.end] for each in found] == [value for value, _ in written]


NOT_TOML = {
    "engine = piper": "c:1:10: this is not a value (put a text in quotes)",
    "a = 1\npace 0.9": "c:2:6: a key must be followed by = (write it like this: pace = 0.9)",
    "profile: pregnant": "c:1:8: a key must be followed by = (write it like this: pace = 0.9)",
    "pace = 0,9": "c:1:9: something stands behind a value (put a text in quotes, and each key on its own line)",
    'engine = "piper\nb = 1': "c:1:16: a quote is opened and never closed (close it)",
    'engine = """piper\n': "c:2:1: a quote is opened and never closed (close it)",
    'profile = ["a"': "c:1:15: a [ is opened and never closed (close it)",
    "profile = [1,\n": "c:2:1: the file ends in the middle of a value (finish it, or remove it)",
    "a = " + "[" * 5000: "c:1:1: a list is nested too deep (remove it)",
}


@pytest.mark.parametrize(("text", "said"), NOT_TOML.items(), ids=[text[:20] for text in NOT_TOML])
def test_a_mistake_in_toml_is_explained_in_plain_words(text: str, said: str) -> None:
    with pytest.raises(UnreadableSource) as refused:
        statements(text, "c")
    assert str(refused.value.problem) == said


def test_a_key_written_twice_is_said_so_on_its_line() -> None:
    with pytest.raises(UnreadableSource) as refused:
        statements("pace = 1\n\npace = 2\n", "c")
    assert (refused.value.problem.span.line, refused.value.problem.message) == (3, "a key is written twice")


def test_a_number_longer_than_python_reads_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="this is not TOML: "):
        statements(f"pace = 1{'0' * 5000}", "c")
