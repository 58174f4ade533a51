"""Files, folders and glob patterns of a user: what they name, in which order, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.user_files import by_stem, few_bytes, user_files

SUFFIXES = (".tif", ".png")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with images in data/ and data/deep/, and a home folder beside it."""
    for name in ("data/b.tif", "data/a.PNG", "data/.hidden.tif", "data/notes.txt", "data/deep/c.tif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x" * 10)
    (tmp_path / "home" / "mine").mkdir(parents=True)
    (tmp_path / "home" / "mine" / "d.tif").write_text("")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def test_files_folders_and_patterns(folder: Path) -> None:
    def found(*entries: str) -> list[str]:
        return user_files(entries, "frames.paths", SUFFIXES)

    assert found() == []
    assert found("data/b.tif") == ["data/b.tif"]
    assert found("data") == found("data/") == found("./data") == ["data/a.PNG", "data/b.tif"]
    assert found("data/*.tif") == ["data/b.tif"]
    assert found("data/**/*.tif") == ["data/b.tif", "data/deep/c.tif"]
    assert found("data/[ab].*") == ["data/a.PNG", "data/b.tif"]
    home = str(folder / "home" / "mine" / "d.tif")
    assert found("~/mine") == found("~/mine/d.tif") == found("~/*/*.tif") == [home]
    assert found(str(folder / "data")) == [str(folder / "data" / name) for name in ("a.PNG", "b.tif")]
    # in the order of the entries, each file once
    assert found("data/b.tif", "~/mine", "data") == ["data/b.tif", home, "data/a.PNG"]


def test_a_name_with_pattern_characters_is_a_file(folder: Path) -> None:
    Path("run[1].tif").write_text("")
    assert user_files(["run[1].tif"], "frames.paths", SUFFIXES) == ["run[1].tif"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("none.tif", "'none.tif': there is no such file"),
        ("data/*.jpg", "'data/[*].jpg': the pattern matches no file"),
        ("data/de*", "'data/de[*]': the pattern matches no file"),  # folders are no images
        ("empty", "'empty': the folder holds no file named .tif, .png"),
        ("data/notes.txt", "'data/notes.txt': expected files named .tif, .png, found 'data/notes.txt'"),
        ("data/*", "'data/[*]': expected files named .tif, .png, found 'data/notes.txt'"),
    ],
)
def test_what_is_refused_names_file_key_and_entry(folder: Path, entry: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^config/config.yaml: micrographs.paths: {message}$"):
        user_files([entry], "micrographs.paths", SUFFIXES)


def test_two_files_of_one_stem(folder: Path) -> None:
    assert by_stem(["data/b.tif", "data/a.PNG"], "frames.paths") == {"b": "data/b.tif", "a": "data/a.PNG"}
    with pytest.raises(
        ConfigError, match=r"frames.paths: 'other/b.png': .* same name as those of 'data/b.tif'"
    ):
        by_stem(["data/b.tif", "other/b.png"], "frames.paths")
    assert list(by_stem(["a.tif", "a-full.tif"], "frames.paths", "-filled")) == ["a", "a-full"]
    for paths in (["a.tif", "a-filled.tif"], ["a-filled.tif", "a.tif"]):
        with pytest.raises(ConfigError, match="outputs would have the same name"):
            by_stem(paths, "frames.paths", "-filled")


def test_few_bytes(folder: Path) -> None:
    assert few_bytes(["data/b.tif", "data/a.PNG"], limit=20)
    assert not few_bytes(["data/b.tif", "data/a.PNG"], limit=19)
