"""The commands as an operator or a script runs them: exit codes, what stands on which stream, what is stored."""

from __future__ import annotations

import gc
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from loopback import Origin, origins, reply
from running import called

from syndicator.pipeline.poll import Polled, Unread
from syndicator.pipeline.publish import Published, Publisher
from syndicator.pipeline.reading import Reading

RSS = """<rss version="2.0"><channel><title>Local {name}</title><link>https://{name}.example/</link>
<item><title>First of {name}</title><link>https://{name}.example/1</link><guid>https://{name}.example/1</guid>
<pubDate>Fri, 30 Jan 2026 10:00:00 GMT</pubDate><description>Some words.</description></item></channel></rss>"""
CONFIG = """\
site: {title: Test, url: "https://news.example.org"}
storage: {url: "sqlite:///var/hub.db"}
categories: {health: {title: Health}}
sources:
  alpha: {url: "file:alpha.xml", category: health}
  broken: {url: "file:none.xml", category: health}
  omega: {url: "file:omega.xml", category: health}
"""
KEYS = [
    "id",
    "seq",
    "kind",
    "guid",
    "url",
    "canonical_url",
    "title",
    "summary",
    "content_html",
    "authors",
    "published",
    "updated",
    "accepted",
    "language",
    "image",
    "enclosures",
    "tags",
    "categories",
    "source",
    "story_id",
    "also",
    "rights",
    "reasons",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a configuration of three file: sources, one of them broken."""
    (tmp_path / "hub.yaml").write_text(CONFIG)
    for name in ("alpha", "omega"):
        (tmp_path / f"{name}.xml").write_text(RSS.format(name=name))
    return tmp_path


def _run(folder: Path, *words: str, config: str | None = "hub.yaml", **env: str) -> subprocess.CompletedProcess[str]:
    return called(folder, *(["--config", config] if config else []), *words, **env)


def test_check_says_that_a_right_configuration_is_right(folder: Path) -> None:
    done = _run(folder, "check")
    assert (done.returncode, done.stdout) == (0, "hub.yaml: right. 3 sources, 1 category.\n")
    assert done.stderr == (
        "hub.yaml:6:17: sources.broken.url: warning: found 'file:none.xml'; there is no such file beside the configuration yet\n"
    )


def test_check_names_every_mistake_of_a_wrong_one_without_a_traceback(folder: Path) -> None:
    (folder / "hub.yaml").write_text(
        CONFIG.replace("category: health", "category: helth", 1).replace("title: Test", "titel: Test")
    )
    done = _run(folder, "check")
    assert done.returncode == 2
    assert "hub.yaml:1:8: site.titel: unknown key; did you mean 'title'?" in done.stderr
    assert "hub.yaml:5:44: sources.alpha.category: there is no category 'helth'; did you mean 'health'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("poll", "alhpa"), 1, "Did you mean alpha"),
        (("preview", "nothing-like-it"), 1, "no source is called 'nothing-like-it'"),
        (("poll", "alpha", "--all"), 2, "not both"),
        (("poll", "--nonsense"), 2, "--nonsense"),
        (("nonsense",), 2, "nonsense"),
        (("preview",), 2, "URL|SOURCE"),
    ],
)
def test_a_wrong_word_ends_in_a_message_and_its_exit_code(
    folder: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = _run(folder, *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_configuration_that_is_not_there_is_wrong_use(folder: Path) -> None:
    done = _run(folder, "poll", config="none.yaml")
    assert done.returncode == 2
    assert "none.yaml:1:1: cannot be read: No such file or directory" in done.stderr


def test_the_environment_may_name_the_configuration(folder: Path) -> None:
    assert _run(folder, "check", config=None, SYNDICATOR_CONFIG="hub.yaml").stdout.startswith("hub.yaml: right.")
    assert _run(folder, "check", config=None, SYNDICATOR_CONFIG="gone.yaml").returncode == 2


def test_what_a_poll_brought_is_let_go_once_it_is_saved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whoever polls, and without a search for garbage."""
    publish = Publisher.publish
    kept: list[list[type]] = []

    def look_and_publish(publisher: Publisher) -> tuple[Published, ...]:
        kept.append([type(one) for one in gc.get_objects() if isinstance(one, Polled | Reading | Unread)])
        return publish(publisher)

    monkeypatch.setattr(Publisher, "publish", look_and_publish)
    gc.disable()
    try:
        with monkeypatch.context() as during:
            during.setattr(gc, "enable", lambda: None)  # as the command does once it has imported
            polled = _run(folder, "poll", "--publish")
    finally:
        gc.enable()
    assert polled.stdout.startswith("3 sources polled, 1 failed: 2 new articles, 0 updated.\n")
    assert kept == [[]]


def test_poll_stores_the_others_when_one_source_is_broken_and_publish_renders_them(folder: Path) -> None:
    polled = _run(folder, "poll")
    assert polled.returncode == 1
    assert polled.stdout == "3 sources polled, 1 failed: 2 new articles, 0 updated.\n"
    assert "broken: cannot read" in polled.stderr
    assert "\x1b" not in polled.stdout + polled.stderr, "no progress bar in a pipe"

    published = _run(folder, "publish")
    assert published.returncode == 0
    assert "feeds/health.rss" in published.stdout.splitlines()
    assert "feeds.opml" in published.stdout.splitlines()
    again = _run(folder, "publish")
    assert (again.returncode, again.stdout) == (0, "")
    again = _run(folder, "poll")
    assert again.stdout.startswith("0 sources polled")
    assert again.stderr == "Nothing is due; --all polls every source.\n"


def test_poll_publishes_in_the_same_start_what_changed(folder: Path) -> None:
    done = _run(folder, "poll", "--publish")
    assert done.returncode == 1, "a source failed, and the others are published"
    summary, *paths = done.stdout.splitlines()
    assert summary == "3 sources polled, 1 failed: 2 new articles, 0 updated."
    assert {"feeds/health.rss", "feeds.opml"} <= {*paths}
    assert _run(folder, "publish").stdout == ""
    nothing = _run(folder, "poll", "--publish")
    assert (nothing.returncode, nothing.stdout) == (0, "0 sources polled, 0 failed: 0 new articles, 0 updated.\n")


def test_what_an_earlier_poll_left_is_published_where_nothing_is_due(folder: Path) -> None:
    _run(folder, "poll")
    assert "feeds/health.rss" in _run(folder, "poll", "--publish").stdout.splitlines()


def test_polling_and_publishing_tell_in_json_of_each_source_and_category(folder: Path) -> None:
    done = _run(folder, "poll", "--publish", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {one["source"] for one in lines if "source" in one} == {"alpha", "broken", "omega"}
    categories = {one["category"]: one for one in lines if "category" in one}
    assert categories.keys() == {"all", "health"}
    assert "feeds/health.rss" in categories["health"].pop("changed")
    assert categories["health"] == {"category": "health", "entries": 2, "held": None, "error": None, "left_out": {}}


def test_our_own_output_come_back_is_left_out_and_told(folder: Path) -> None:
    own = '<item><title>ours</title><source url="https://news.example.org/feeds/all.rss">All</source></item>'
    alpha = folder / "alpha.xml"
    alpha.write_text(alpha.read_text().replace("<item>", f"{own}<item>", 1))
    says = "entries of our own, come back through this feed, left out: 1"
    assert f"note: {says}" in _run(folder, "preview", "alpha").stdout
    polled = _run(folder, "poll", "alpha")
    assert (polled.returncode, polled.stdout) == (0, "1 source polled, 0 failed: 1 new article, 0 updated.\n")
    assert polled.stderr == f"alpha: {says}\n"


def test_poll_json_is_one_object_a_line(folder: Path) -> None:
    done = _run(folder, "poll", "alpha", "broken", "--json")
    assert done.returncode == 1
    by_source = {line["source"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert set(by_source) == {"alpha", "broken"}
    assert (by_source["alpha"]["outcome"], by_source["alpha"]["new"]) == ("new", 1)
    assert by_source["broken"]["outcome"] == "failed"
    assert by_source["broken"]["next_poll"].endswith("Z")


def test_preview_shows_a_sources_articles_and_stores_nothing(folder: Path) -> None:
    shown = _run(folder, "preview", "alpha")
    assert shown.returncode == 0
    assert "First of alpha" in shown.stdout
    assert "https://alpha.example/1" in shown.stdout
    given = json.loads(_run(folder, "preview", "alpha", "--json").stdout)
    assert list(given) == ["source", "feeds", "reader", "doubt", "flaws", "articles", "details"]
    assert list(given["articles"][0]) == KEYS
    assert given["details"][given["articles"][0]["id"]]["date_text"] == "Fri, 30 Jan 2026 10:00:00 GMT"
    assert not (folder / "var").exists()


EPISODE = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Show</title><language>en_GB</language><item>
<title>Rock & Roll</title><link>https://show.example/1?utm_source=rss&amp;a=1</link><guid>https://show.example/1</guid>
<author>ada@show.example (Ada)</author><category>music</category><pubDate>05/02/2026 09:10</pubDate>
<description>&lt;p&gt;Some words.&lt;/p&gt;&lt;iframe src="https://v.example/"&gt;&lt;/iframe&gt;&lt;img src="/cover.jpg"&gt;</description>
<enclosure url="https://show.example/1.mp3" type="audio/mpeg" length="1234"/>
<itunes:duration>1:02:03</itunes:duration><itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>
<itunes:episodeType>full</itunes:episodeType><itunes:explicit>clean</itunes:explicit>
<podcast:chapters url="https://show.example/1.json" type="application/json"/>
<podcast:transcript url="https://show.example/1.vtt" type="text/vtt"/></item></channel></rss>"""


def test_preview_tells_every_field_the_reader_and_what_was_changed_and_why(folder: Path) -> None:
    (folder / "alpha.xml").write_text(EPISODE)
    shown = _run(folder, "preview", "alpha").stdout
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert lines[:4] == [
        "Show",
        "1 entry, read by feedparser, since the quick reader is not certain: not well-formed: xmlParseEntityRef: no name, line 3, column 14",
        "note: not well-formed, read with repairs: unescaped ampersands (1)",
        "",
    ]
    assert lines[4:] == [
        "title Rock & Roll",
        "url https://show.example/1?a=1",
        "guid https://show.example/1",
        "published 2026-02-05T09:10:00Z (given: 05/02/2026 09:10)",
        "author Ada ada@show.example",
        "tags music",
        "categories health",
        "language en-GB",
        "image https://show.example/cover.jpg",
        "enclosure https://show.example/1.mp3 audio/mpeg 1234 bytes",
        "duration 1:02:03",
        "season 2",
        "episode 7 full",
        "explicit no",
        "chapters https://show.example/1.json",
        "transcript https://show.example/1.vtt text/vtt",
        "summary Some words. v.example",
        'content 135 characters: <p>Some words.</p><p><a href="https://v.example/" rel="noopener noreferrer">v.example</a></p><img src="https://show.example/cover.jpg">',
        "because filed in health by source alpha",
        "because frames are not published: links take their place",
        "because date '05/02/2026 09:10': no time zone given: UTC is used",
        "because date '05/02/2026 09:10': read as day/month/year",
        "because tracking parameters are taken off the link",
        "because summary made of the content",
        "because image taken from the content",
    ]


def test_preview_of_a_broken_source_says_why(folder: Path) -> None:
    done = _run(folder, "preview", "broken")
    assert (done.returncode, done.stdout) == (1, "")
    assert "syndicator: broken: cannot read" in done.stderr


def test_a_feeds_title_cannot_write_to_the_terminal(folder: Path) -> None:
    title = "a\\u001b]0;pwned\\u0007\\nb\\u202ec"
    (folder / "alpha.xml").write_text(
        f'{{"version": "https://jsonfeed.org/version/1.1", "title": "{title}", "items": [{{"id": "1", "title": "{title}"}}]}}'
    )
    shown = _run(folder, "preview", "alpha").stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "b<U+202E>c" in shown


@pytest.fixture
def loopback() -> Iterator[int]:
    """The port of a server that would answer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_preview_of_a_private_address_is_refused_with_the_setting_that_opens_it(folder: Path, loopback: int) -> None:
    done = _run(folder, "preview", f"http://127.0.0.1:{loopback}/feed?token=hunter2")
    assert done.returncode == 1
    assert "polling.allow_private" in done.stderr
    assert "hunter2" not in done.stderr


def test_export_writes_what_is_published_and_the_second_time_nothing(folder: Path) -> None:
    _run(folder, "poll", "alpha", "omega")
    _run(folder, "publish")
    first = _run(folder, "export", "--out", "site")
    assert (first.returncode, first.stdout, first.stderr) == (0, "30 files: 30 written, 0 unchanged, 0 deleted\n", "")
    assert "First of alpha" in (folder / "site" / "index.html").read_text()
    again = _run(folder, "export", "--out", "site", "--json")
    assert json.loads(again.stdout) == {"files": 30, "written": 0, "unchanged": 30, "deleted": 0}
    (page,) = [
        one
        for one in (folder / "site" / "articles").glob("*/index.html")
        if '<h1 dir="auto">First of omega' in one.read_text()
    ]
    _run(folder, "takedown", page.parent.name)
    third = json.loads(_run(folder, "export", "--out", "site", "--json").stdout)
    assert third["deleted"] == 3
    assert not page.parent.exists()
    assert not any(b"First of omega" in one.read_bytes() for one in (folder / "site").rglob("*") if one.is_file())


def test_export_that_cannot_be_done_is_a_message_and_leaves_no_trace(folder: Path) -> None:
    missing = _run(folder, "export", "--out", "site")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "has no tables yet. Run `syndicator migrate`" in missing.stderr
    _run(folder, "migrate")
    assert "nothing has been published yet" in _run(folder, "export", "--out", "site").stderr
    _run(folder, "publish")
    for out, code, says in (
        (".", 1, "is not empty, and no export made it"),
        ("hub.yaml", 2, "is a file"),
        ("hub.yaml/site", 1, "hub.yaml: is no folder"),
        ("/proc/none", 1, "/proc/none: No such file or directory. The export stopped there"),
    ):
        done = _run(folder, "export", "--out", out)
        assert (done.returncode, done.stdout) == (code, ""), out
        assert says in done.stderr
        assert "Traceback" not in done.stderr
    assert _run(folder, "export").returncode == 2
    assert sorted(path.name for path in folder.iterdir()) == ["alpha.xml", "hub.yaml", "omega.xml", "var"]


def test_migrate_makes_the_database_and_has_nothing_to_do_the_second_time(folder: Path) -> None:
    first, second = _run(folder, "migrate"), _run(folder, "migrate")
    assert (first.returncode, second.returncode) == (0, 0)
    assert "migrated from nothing" in first.stdout
    assert "nothing to do" in second.stdout


def test_a_database_that_is_none_is_a_message(folder: Path) -> None:
    (folder / "var").mkdir()
    (folder / "var" / "hub.db").write_bytes(b"no database at all" * 100)
    done = _run(folder, "poll")
    assert done.returncode == 1
    assert "Check storage.url." in done.stderr
    assert "Traceback" not in done.stderr


# --- autodiscovery -----------------------------------------------------------------------------------

PAGE = """<!doctype html><html><head><title>Site</title><base href="/blog/">
<link rel="alternate" type="application/rss+xml" title="Posts" href="posts.xml">
<link rel="ALTERNATE stylesheet" type="application/atom+xml; charset=utf-8" href="//127.0.0.1:{port}/atom">
<link rel="alternate" type="application/json" href="/wp-json/posts/1"><link rel="alternate" hreflang="el" href="/el">
<link rel="alternate" type="application/rss+xml" href="posts.xml"><link rel="alternate" type="application/rss+xml" href="javascript:x">
</head><body><p>Welcome"""


@pytest.fixture
def site(folder: Path) -> Iterator[Origin]:
    """A site on loopback that the configuration lets us reach."""
    (folder / "hub.yaml").write_text(CONFIG + "polling: {allow_private: [127.0.0.1]}\n")
    with origins("127.0.0.1") as (one,):
        yield one


def test_F9_preview_of_a_page_shows_the_feeds_it_links_and_the_first_of_them(folder: Path, site: Origin) -> None:
    site.answers |= {"/": reply(200, PAGE.format(port=site.port).encode()), "/blog/posts.xml": reply(200, RSS.encode())}
    shown = _run(folder, "preview", f"{site.url}/")
    assert shown.returncode == 0, shown.stderr
    first = shown.stdout.splitlines()[:4]
    assert first == [
        f"{site.url}/ is a page that leads to feeds:",
        f"  {site.url}/blog/posts.xml  Posts",
        f"  {site.url}/atom",
        f"This is {site.url}/blog/posts.xml:",
    ]
    assert "First of" in shown.stdout
    given = json.loads(_run(folder, "preview", f"{site.url}/", "--json").stdout)
    assert given["feeds"][0] == {"url": f"{site.url}/blog/posts.xml", "title": "Posts"}
    assert (given["source"]["url"], len(given["articles"])) == (f"{site.url}/blog/posts.xml", 1)


def test_F10_preview_looks_for_unlinked_feeds_where_robots_txt_lets_it(folder: Path, site: Origin) -> None:
    page = b"<!doctype html><html><p>Welcome</html>"
    robots = b"User-agent: *\nDisallow: /news/feed\n\nUser-agent: syndicator\nDisallow: /news/rss.xml\n"
    feed = reply(200, RSS.encode())
    site.answers |= {
        "/news/": reply(200, page),
        "/robots.txt": reply(200, robots),
        "/news/atom.xml": feed,
        "/news/rss.xml": feed,
    }
    shown = _run(folder, "preview", f"{site.url}/news/")
    assert shown.returncode == 0, shown.stderr
    assert f"{site.url}/news/atom.xml" in shown.stdout
    assert [asked.path for asked in site.asked] == ["/news/", "/robots.txt", "/news/feed", "/news/atom.xml"]


@pytest.mark.parametrize(("status", "asked"), [(404, 16), (503, 2)])
def test_F10_a_site_whose_robots_txt_fails_is_not_looked_through(
    folder: Path, site: Origin, status: int, asked: int
) -> None:
    site.answers |= {"/news/": reply(200, b"<!doctype html><html><p>Welcome</html>"), "/robots.txt": reply(status)}
    shown = _run(folder, "preview", f"{site.url}/news/?token=hunter2")
    assert shown.returncode == 1
    assert "an HTML page, not a feed, and it links none" in shown.stderr
    assert "hunter2" not in shown.stderr
    assert len(site.asked) == asked


def test_F11_whatever_a_site_leads_to_is_guarded(folder: Path) -> None:
    """Feeds that its page links, its robots.txt, redirects of its feeds: all into a network that nobody opened."""
    lines = "  moving: {url: 'http://127.0.0.1:PORT/moving', category: health}\npolling: {allow_private: [127.0.0.1]}\n"
    with origins("127.0.0.1", "127.0.0.66") as (site, canary):
        private = f"http://127.0.0.66:{canary.port}"
        (folder / "hub.yaml").write_text(CONFIG + lines.replace("PORT", str(site.port)))
        canary.answers = {"/feed": reply(200, RSS.encode()), "/robots.txt": reply(200, b"User-agent: *\nAllow: /\n")}
        link = f'<link rel="alternate" type="application/rss+xml" href="{private}/feed">'
        site.answers |= {
            "/": reply(200, f"<!doctype html><html><head>{link}</head>".encode()),
            "/news/": reply(200, b"<!doctype html><html><p>Welcome</html>"),
            "/robots.txt": reply(302, Location=f"{private}/robots.txt"),
            "/moving": reply(301, Location=f"{private}/feed"),
        }
        linked = _run(folder, "preview", f"{site.url}/")
        guessed = _run(folder, "preview", f"{site.url}/news/")
        polled = _run(folder, "poll", "moving")
        assert (linked.returncode, guessed.returncode, polled.returncode) == (1, 1, 1)
        assert "refused: 127.0.0.66 is a private or special address" in polled.stderr
        assert [asked.path for asked in site.asked] == ["/", "/news/", "/robots.txt", "/moving"]
        assert canary.accepted == 0


def test_F9_the_error_of_a_source_that_became_a_page_names_its_feeds(folder: Path, site: Origin) -> None:
    config = CONFIG + f"  page: {{url: '{site.url}/', category: health}}\npolling: {{allow_private: [127.0.0.1]}}\n"
    (folder / "hub.yaml").write_text(config)
    site.answers |= {"/": reply(200, PAGE.format(port=site.port).encode())}
    done = _run(folder, "poll", "page")
    assert done.returncode == 1
    assert f"page: an HTML page, not a feed; it links {site.url}/blog/posts.xml, {site.url}/atom" in done.stderr
    assert [asked.path for asked in site.asked] == ["/"], "a poll asks for nothing but its feed"


def test_F6_poll_tells_of_a_feed_that_moves_and_of_one_that_is_gone(folder: Path, site: Origin) -> None:
    lines = "".join(f"  {name}: {{url: '{site.url}/{name}', category: health}}\n" for name in ("moving", "gone"))
    (folder / "hub.yaml").write_text(CONFIG + lines + "polling: {allow_private: [127.0.0.1]}\n")
    site.answers |= {
        "/moving": reply(308, Location="/new?token=hunter2"),
        "/new": reply(200, RSS.encode()),
        "/gone": reply(410),
    }
    told = f"redirected for good to {site.url}/new, poll 1 of 3 before that is adopted"
    polled = _run(folder, "poll", "moving", "gone", "--json")
    moving, gone = sorted(map(json.loads, polled.stdout.splitlines()), key=lambda one: -len(one["source"]))
    assert (moving["moved"], gone["outcome"], gone["next_poll"]) == (told, "gone", None)
    again = _run(folder, "poll", "moving")
    assert f"moving: {told.replace('1 of', '2 of')}" in again.stderr
    assert "hunter2" not in polled.stdout + again.stderr


def test_the_exit_code_says_what_the_count_of_the_failed_does(folder: Path) -> None:
    """A feed that is gone has failed; one that is not asked, as its publisher wishes, has not, however it was before."""
    with origins("127.3.0.1", "127.3.0.2") as (gone, busy):
        gone.answers["/feed"] = reply(410)
        busy.answers["/feed"] = reply(503, Retry_After="3600")
        sources = (
            f'one: {{url: "{gone.url}/feed", category: health}}, two: {{url: "{busy.url}/feed", category: health}}'
        )
        config = yaml.safe_load((folder / "hub.yaml").read_text())
        config["sources"] = yaml.safe_load(f"{{{sources}}}")
        config["polling"] = {"allow_private": ["127.0.0.0/8"]}
        (folder / "hub.yaml").write_text(yaml.safe_dump(config))
        first = _run(folder, "poll")
        assert (first.returncode, first.stdout[:26]) == (1, "2 sources polled, 2 failed")
        again = _run(folder, "poll", "two")
        assert (again.returncode, again.stdout[:26]) == (0, "0 sources polled, 0 failed")
        assert "two: not asked" in again.stderr
