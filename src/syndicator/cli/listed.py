"""The commands by name: where each is, and what is said of it where all are listed."""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """A command's module in this room, and the first sentence of its help."""

    module: str
    help: str


COMMANDS: dict[str, Listed] = {
    "backup": Listed(
        "keeping",
        "Write all that is stored to FILE, a SQLite database, whatever the database is; beside a running engine, too.",
    ),
    "check": Listed(
        "configuring",
        "Check the configuration: exit 0 when it is right, 2 with every mistake when it is not.",
    ),
    "completion": Listed(
        "completion",
        "Print the script that has a SHELL complete commands, options, sources and categories.",
    ),
    "copy": Listed("keeping", "Copy all that is stored into an empty database, from SQLite to PostgreSQL, or back."),
    "doctor": Listed(
        "keeping",
        "Look whether everything is well: the database and every article in it, disk, clock, permissions, sources, "
        "listeners.",
    ),
    "explain": Listed(
        "commands",
        "Tell what is known of an ARTICLE: where it shows or why not, which rules filed it, what was changed of it.",
    ),
    "export": Listed("commands", "Write all that is served as files below DIR, for any static host or CDN."),
    "export-opml": Listed(
        "listing",
        "Write the sources as a list of subscriptions (OPML 2.0) that other readers import; categories become folders.",
    ),
    "hold": Listed(
        "commands",
        "Hold what is new of a SOURCE, from now on: it is stored, and published nowhere until `release`.",
    ),
    "import-opml": Listed(
        "commands",
        "Add the subscriptions of an OPML FILE to the configuration, such as feed readers export.",
    ),
    "init": Listed(
        "configuring",
        "Write a configuration to start from below DIR: about 20 feeds in six categories, every key explained.",
    ),
    "learn": Listed(
        "commands",
        "Train the classifier on what is filed, and print how well it does on articles that were held out.",
    ),
    "migrate": Listed("commands", "Bring the database to this version's schema."),
    "plan": Listed(
        "commands",
        "Show what this configuration would change: sources, feeds, where articles are filed; nothing is changed by "
        "it.",
    ),
    "poll": Listed("commands", "Poll once what is due, or the sources named, and store their articles."),
    "preview": Listed(
        "commands",
        "Show what a feed's articles would be, without storing anything; of a page, those of the first feed it links.",
    ),
    "publish": Listed("commands", "Render the feeds of every category that changed."),
    "release": Listed("commands", "Publish what is held of a SOURCE, and hold nothing new of it any more."),
    "run": Listed("commands", "Poll, publish and serve until Ctrl-C or SIGTERM."),
    "serve": Listed(
        "commands",
        "Serve what is published, without polling: for a second machine, or behind `run` elsewhere.",
    ),
    "sources": Listed(
        "listing",
        "List the sources, or those named: how each is, when it is polled next and why, what it has brought.",
    ),
    "story": Listed("commands", "Correct what is taken for the same news: for good, over all later polls."),
    "takedown": Listed(
        "commands",
        "Take one ARTICLE down, for good: by its id, its guid, its URL, or the address of its page.",
    ),
}
