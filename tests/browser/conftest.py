"""A real browser, and a newspaper on loopback for it to read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from builders import NOW, site
from over_http import served
from playwright.sync_api import Browser, sync_playwright

from syndicator import bootstrap
from syndicator.core.identity import verdict
from syndicator.core.reloading import InEffect
from syndicator.core.work import Saving
from syndicator.store.store import Store
from syndicator.web.operator import operator_app
from syndicator.web.public import public_app

from .newspaper import ARCHIVE_SIZE, TREE, fill, media_host

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DEMO = Path(__file__).resolve().parents[2] / "config"


@dataclass(frozen=True)
class Newspaper:
    """Where it is served in English and in Arabic, its operator's page, an article there that was edited twice, and the
    host of its pictures."""

    english: str
    arabic: str
    operator: str
    edited: str
    media: str


@pytest.fixture(scope="module")  # while it lasts, an event loop runs in this thread, where other tests want their own
def browser() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        pytest.fail(
            f"there is no browser at {CHROMIUM}: install one (Debian: apt-get install chromium), or name yours in the "
            "environment variable CHROMIUM",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def newspaper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newspaper]:
    folder = tmp_path_factory.mktemp("newspaper")
    store = Store(f"sqlite:///{folder}/news.db")
    with served(media_host()) as media_port:
        media = f"http://127.0.0.1:{media_port}"
        fill(store, media)
        english = public_app(store, site(title="The Example Herald"), TREE, ARCHIVE_SIZE, lambda: NOW)
        arabic = public_app(store, site(title="صحيفة المثال", language="ar"), TREE, ARCHIVE_SIZE, lambda: NOW)
        with served(english) as one, served(arabic) as two, _operator(folder) as (operator, edited):
            yield Newspaper(f"http://127.0.0.1:{one}", f"http://127.0.0.1:{two}", operator, edited, media)
    store.close()


@contextmanager
def _operator(folder: Path) -> Iterator[tuple[str, str]]:
    """The operator's page of the demo, with a source more that cannot be read; and an article that was edited twice."""
    shutil.copytree(DEMO, folder / "config")
    config = folder / "config" / "demo.yaml"
    broken = '  broken: {url: "file:demo/missing.xml", category: health}\n'
    config.write_text(config.read_text().replace("sqlite:///var/demo.db", f"sqlite:///{folder}/demo.db") + broken)
    hub = bootstrap.load(config)
    hub.poll((), True, lambda count, polled: None)
    with hub.engine_store() as store:
        actions = bootstrap.Actions(hub, store, bootstrap.log(), hub.learner(store), lambda source_id, adopt="": True)
        in_effect = InEffect(hub.clock())
        with served(operator_app(store, actions, hub.site, hub.sources, hub.clock, (), lambda: in_effect)) as port:
            yield f"http://127.0.0.1:{port}", _edited(store)


def _edited(store: Store) -> str:
    article = store.of_source("ledger", 0, 1)[0]
    state = store.states()["ledger"]
    for title, content in (("A title", article.content), ("Another title", "<p>Nothing of what was said is true.</p>")):
        changed = verdict(replace(article, title=title, content=content, content_hash=title), article)
        store.save_polls([Saving(state, (changed,))])
        article = store.articles([article.id])[article.id]
    return article.id
