"""The versions of all that reads and all that renders: apart from both, which are imported where anything is new."""

from importlib.metadata import version

READERS = f"4 lxml 2 json 4 feedparser {version('feedparser')}"
"""Part of every body's and entry's hash: a new reader reads everything anew. Raise the first number for all of them, or
that of the one that gives something else now."""

RENDERERS = "6"
"""Raise it when rendering changes: every category is rendered again at the next start."""
