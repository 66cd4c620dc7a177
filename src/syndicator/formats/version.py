"""The version of all that is rendered: apart from the renderers, which are imported where anything is."""

VERSION = "6"
"""Raise it when rendering changes: every category is rendered again at the next start."""
