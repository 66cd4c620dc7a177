"""OPML."""

from __future__ import annotations

RIGHT = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Feeds</title><dateModified>Sat, 31 Jan 2026 12:00:00 GMT</dateModified></head>
<body><outline text="Folder" category="/a"><outline text="A" type="rss" xmlUrl="https://a.example/f" htmlUrl="https://a.example/" created="Sat, 31 Jan 2026 12:00 GMT"/></outline></body></opml>
"""

# A text of it, and what replaces it.
ALSO_RIGHT = [
    ("<dateModified>", "<dateCreated>Fri, 30 Jan 2026 12:00:00 GMT</dateCreated><ownerName>Desk</ownerName><dateModified>"),
    ('category="/a"', 'type="link" url="https://a.example/"'),
    ('<outline text="Folder"', '<outline text="Alone"/><outline text="Folder"'),
]  # fmt: skip

# The same, and the flaw that comes of it.
BROKEN = [
    ('version="2.0"', 'version="1.0"', "opml has a version that is not 2.0: '1.0'"),
    ("<title>Feeds</title>", "", "opml/head has no title"),
    ("<title>Feeds", "<title>", "opml/head/title is not a title: ''"),
    ("<dateModified>Sat, 31 Jan 2026 12:00:00 GMT</dateModified>", "", "opml/head has no dateModified"),
    ("Sat, 31 Jan 2026 12:00:00", "Sun, 31 Jan 2026 12:00:00", "opml/head/dateModified is not an RFC 822 date with its weekday and a year of four digits: 'Sun, 31 Jan 2026 12:00:00 GMT'"),
    ("<title>", "<title>Feeds</title><title>", "opml/head has 2 title elements"),
    ("<title>", "<link/><title>", "opml/head/link is not known there"),
    ("<title>", "<ownerEmail>me</ownerEmail><title>", "opml/head/ownerEmail is not an e-mail address: 'me'"),
    ("<title>", "<ownerId>me</ownerId><title>", "opml/head/ownerId is not a web address: 'me'"),
    ('text="A" ', "", "opml/body/outline/outline has no text"),
    ('text="Folder"', 'text=""', "opml/body/outline has a text that is not more than blank: ''"),
    ('xmlUrl="https://a.example/f" ', "", "opml/body/outline/outline is of type rss and has no xmlUrl"),
    ('xmlUrl="https://a.example/f"', 'xmlUrl="f"', "opml/body/outline/outline has a xmlUrl that is not a web address: 'f'"),
    ('htmlUrl="https://a.example/"', 'htmlUrl="javascript:alert(1)"', "opml/body/outline/outline has a htmlUrl that is not a web address: 'javascript:alert(1)'"),
    ('category="/a"', 'type="link"', "opml/body/outline is of type link and has no url"),
    ('category="/a"', 'isComment="yes"', "opml/body/outline has a isComment that is not true or false: 'yes'"),
    ('category="/a"', 'tags="a"', "opml/body/outline has an unknown attribute tags"),
    ('category="/a"', 'version="RSS3"', "opml/body/outline has a version that is not a version of RSS: 'RSS3'"),
    ('category="/a"', 'language="english_uk"', "opml/body/outline has a language that is not a language tag: 'english_uk'"),
    ('created="Sat, 31', 'created="Fri, 31', "opml/body/outline/outline has a created that is not an RFC 822 date with its weekday and a year of four digits: 'Fri, 31 Jan 2026 12:00 GMT'"),
    ('category="/a">', 'category="/a">Folder', "opml/body/outline holds text among its children"),
    ("</outline></body>", "</outline><feed/></body>", "opml/body/feed is not known there"),
    ("<body>", "<foot/><body>", "opml/foot is not known there"),
    ("encoding=", "charset=", "the document is not well-formed: parsing XML declaration: '?>' expected, line 1, column 21"),
    ('<opml version="2.0">', '<opml version="2.0" xmlns:x="urn:x:x">', "the document declares the namespace urn:x:x, which it has no use for"),
]  # fmt: skip
