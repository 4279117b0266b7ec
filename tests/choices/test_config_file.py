"""Changing one line of `config.toml`, and leaving every other as it was."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceguide.base.errors import FileError, RoutineError, UnknownName
from voiceguide.choices.config import load_config, set_value, unset_value
from voiceguide.choices.table import WrongValue


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


COMMENTED = """\
# How I like it.

pace = 1.1   # not too slow
profile = [
    "knee",  # the left one
]
bed='rain'

# The end, without a line's end."""


def test_a_value_is_changed_in_its_place(path: Path) -> None:
    assert set_value(write(path, COMMENTED), "pace", "0.9") == 0.9
    assert path.read_text() == COMMENTED.replace("1.1", "0.9")
    set_value(path, "profile", "pregnant,knee")
    set_value(path, "bed", 'a "b" \\ c')
    assert path.read_text() == (
        "# How I like it.\n\npace = 0.9   # not too slow\n"
        'profile = ["pregnant", "knee"]\nbed="a \\"b\\" \\\\ c"\n\n# The end, without a line\'s end.'
    )


def test_a_new_key_comes_last(path: Path) -> None:
    set_value(write(path, COMMENTED), "bed-level", "-20dB")
    assert path.read_text() == f'{COMMENTED}\nbed-level = "-20dB"\n'


def test_a_key_goes_with_its_line(path: Path) -> None:
    assert unset_value(write(path, COMMENTED), "pace")
    assert unset_value(path, "profile")
    assert path.read_text() == "# How I like it.\n\nbed='rain'\n\n# The end, without a line's end."
    assert not unset_value(path, "pace")


def test_windows_lines_stay_windows_lines(path: Path) -> None:
    write(path, "# a\r\npace = 1.1 # b\r\n")
    set_value(path, "pace", "0.9")
    set_value(path, "bed", "rain")
    assert path.read_bytes() == b'# a\r\npace = 0.9 # b\r\nbed = "rain"\r\n'
    unset_value(path, "pace")
    assert path.read_bytes() == b'# a\r\nbed = "rain"\r\n'


LINES = {
    "pace": ["pace = 1", "  pace=0.7 # slow"],
    "profile": ["profile = [ # two\n 'a',\n 'b' # ]\n]", 'profile = "c"'],
    "bed": ["bed = '''\nrain'''", '"bed" = "x # y"'],
    "voice": ['voice = """joe"""'],
}


@settings(max_examples=40)
@given(
    st.permutations([*LINES]).flatmap(lambda names: st.tuples(*(st.sampled_from(LINES[name]) for name in names))),
    st.lists(st.sampled_from(["", "# note", "  # pace = 2", "#"]), min_size=5, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from([("pace", "1.5"), ("bed", "sea"), ("profile", "x,y"), ("voice", ""), ("order", "side")]),
)
def test_setting_and_unsetting_leave_everything_else_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    written: tuple[str, ...],
    notes: list[str],
    ending: str,
    ended: bool,
    change: tuple[str, str],
) -> None:
    name, raw = change
    lines = [notes[0], *(line for pair in zip(written, notes[1:], strict=True) for line in pair)]
    text = "\n".join(lines).replace("\n", ending) + ending * ended
    path = write(tmp_path_factory.mktemp("config") / "config.toml", text)
    before = load_config(path)
    value = set_value(path, name, raw)
    assert load_config(path) == before | {name: value}
    kept = [line for line in lines if not line.lstrip(' "').startswith(name)]
    # Comments and the other keys' lines are there, in their order, to the byte.
    rest = path.read_bytes().decode()
    for line in kept:
        at = rest.find(line.replace("\n", ending))
        assert at >= 0
        rest = rest[at + len(line) :]
    assert unset_value(path, name)
    assert load_config(path) == {key: kept_value for key, kept_value in before.items() if key != name}
    expected = "\n".join(kept).replace("\n", ending)
    assert path.read_bytes().decode().rstrip("\r\n") == expected.rstrip("\r\n")


def test_a_mistake_in_the_key_itself_can_be_corrected(path: Path) -> None:
    set_value(write(path, "pace = 9\n"), "pace", "0.9")
    assert load_config(path) == {"pace": 0.9}
    assert unset_value(write(path, "pase = 9\n"), "pase")
    assert load_config(path) == {}


@pytest.mark.parametrize("text", ["order = 1\n", "[play]\n", "pace = \n", "bed.x = 1\n"])
def test_a_file_with_other_mistakes_is_not_touched(path: Path, text: str) -> None:
    write(path, text)
    for change in (lambda: set_value(path, "pace", "0.9"), lambda: unset_value(path, "pace")):
        with pytest.raises(RoutineError):
            change()
    assert path.read_text() == text


def test_a_value_that_cannot_be_kept_is_not_written(path: Path) -> None:
    with pytest.raises(WrongValue):
        set_value(path, "pace", "fast")
    with pytest.raises(UnknownName, match="pace"):
        set_value(path, "pase", "0.9")
    with pytest.raises(UnknownName, match="pace"):
        unset_value(path, "pase")
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with modes of files")
def test_a_new_file_is_private_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    new, old = tmp_path / "made" / "config.toml", write(tmp_path / "config.toml", "")
    old.chmod(0o664)
    for path in (new, old):
        set_value(path, "profile", "pregnant")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (new, old)] == [0o600, 0o664]
    assert [left.name for left in new.parent.iterdir()] == ["config.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems where everybody may make links")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = write(tmp_path / "dotfiles.toml", "# mine\n")
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    set_value(link, "pace", "0.9")
    assert link.is_symlink()
    assert real.read_text() == "# mine\npace = 0.9\n"


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    path = tmp_path / "data" / "below" / "config.toml"
    with pytest.raises(FileError) as refused:
        set_value(path, "pace", "0.9")
    assert refused.value.what.startswith(f"{path} was not written: ")
    assert refused.value.remedy == "Make it writable, or name another folder in VOICEGUIDE_DATA_DIR."
