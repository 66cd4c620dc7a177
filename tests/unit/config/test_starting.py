"""`init`: what it writes is right, and nothing of anybody's is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicator.config.doubts import doubts
from syndicator.config.loading import load_settings
from syndicator.config.starting import start, template
from syndicator.core.errors import NotStarted

OURS = Path(__file__).parents[3] / "config" / "syndicator.yaml"


def test_the_repositorys_own_configuration_is_the_template(request: pytest.FixtureRequest) -> None:
    """One is read in a checkout, the other is in the package; `make schema` writes the first."""
    if request.config.getoption("--update-golden"):
        OURS.write_text(template(), encoding="utf-8")
    assert OURS.read_text(encoding="utf-8") == template()


def test_a_folder_gets_a_right_configuration_its_schema_and_a_gitignore(tmp_path: Path) -> None:
    written = start(tmp_path / "deep" / "news room")
    assert [str(path.relative_to(tmp_path / "deep" / "news room")) for path in written] == [
        "config/syndicator.yaml",
        "config/syndicator.schema.json",
        "config/syndicator.include.schema.json",
        ".gitignore",
    ]
    settings = load_settings(written[0], {})
    assert (len(settings.sources), len(settings.categories)) == (21, 6)
    assert doubts(written[0], settings) == ()


def test_every_commented_line_of_the_template_is_right_too(tmp_path: Path) -> None:
    """The keys that are shown as comments can be had by taking the `#` away."""
    path = tmp_path / "syndicator.yaml"
    (tmp_path / "theme").mkdir()
    path.write_text(_uncommented(template()), encoding="utf-8")
    settings = load_settings(path, {"TOKEN": "t", "DB_PASSWORD": "p"})
    assert settings.publishing.websub.hubs == ()
    assert settings.categories["health/oncology"].match.tags == ("oncology", "cancer*")
    assert settings.stories.compare_texts is True
    assert {"local", "members"} <= set(settings.sources)


def _uncommented(text: str) -> str:
    keys = ("include:", "date_format:", "theme:", "min_", "max_", "timeout:", "per_host:", "flood_share:", "allow_private:",
            "archive_size:", "related:", "websub:", "stories:", "  compare_texts:", "  window:", "health/", "  title: Oncology",
            "  match:", "  exclude:", "local:", "members:")  # fmt: skip
    lines = []
    for line in text.splitlines():
        indent, found, rest = line.partition("# ")
        lines.append(indent + rest if found and not indent.strip() and rest.startswith(keys) else line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("taken", ["config/syndicator.yaml", "config/syndicator.schema.json"])
def test_what_is_there_stays_and_nothing_is_written_beside_it(tmp_path: Path, taken: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / taken).write_text("mine")
    with pytest.raises(NotStarted, match="is there already"):
        start(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [Path(taken).name]
    assert (tmp_path / taken).read_text() == "mine"


def test_a_gitignore_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    assert len(start(tmp_path)) == 3
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file")
    with pytest.raises(NotStarted, match="cannot be written"):
        start(tmp_path)
