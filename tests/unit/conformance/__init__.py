"""What we publish, held against its specifications: every function takes a document and tells its flaws.

A flaw is a sentence that names the place; a document without any conforms. Where a specification leaves a choice that
we do not make (relative links, foreign markup), the checkers are as strict as our documents are.
"""

from __future__ import annotations

from .atom import atom_flaws
from .json_feed import json_feed_flaws
from .opml import opml_flaws
from .rss import rss_flaws

__all__ = ["atom_flaws", "json_feed_flaws", "opml_flaws", "rss_flaws"]
