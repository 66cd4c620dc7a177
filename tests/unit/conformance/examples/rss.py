"""RSS."""

from __future__ import annotations

RIGHT = """<?xml version='1.0' encoding='UTF-8'?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:fh="http://purl.org/syndication/history/1.0"><channel>
<title>Feed</title><link>https://a.example/</link><description>About</description><language>el-GR</language><ttl>60</ttl>
<atom:link href="https://a.example/f" rel="self" type="application/rss+xml"/><lastBuildDate>Sat, 31 Jan 2026 12:00:00 +0000</lastBuildDate>
<fh:archive/><atom:link href="https://a.example/now" rel="current"/><docs>https://a.example/docs</docs>
<image><url>https://a.example/i</url><title>Feed</title><link>https://a.example/</link></image>
<skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays><webMaster>w@a.example (W)</webMaster>
<item><title>One &#x26; &#x3C;b></title><link>https://a.example/1</link><description>About one</description><content:encoded>&lt;p&gt;One&lt;/p&gt;</content:encoded>
<author>ada@a.example (Ada)</author><guid isPermaLink="false">urn:x:1</guid><category domain="https://a.example/c/">health</category>
<enclosure url="https://a.example/a.mp3" length="0" type="audio/mpeg"/><pubDate>Fri, 30 Jan 2026 10:00:00 GMT</pubDate>
<source url="https://s.example/f">Source</source><comments>https://a.example/1#c</comments><atom:updated>2026-01-30T11:00:00Z</atom:updated></item>
<item><description>Two</description><guid>https://a.example/2</guid><dc:creator>Bob</dc:creator><media:thumbnail url="https://a.example/2.jpg"/></item>
</channel></rss>
"""

# A text of it, and what replaces it.
ALSO_RIGHT = [
    ("12:00:00 +0000", "12:00 EST"),
    ("Sat, 31 Jan 2026", "Sun, 1 Feb 2026"),
    ("<fh:archive/>", ""),
    ("<description>Two</description>", "<title>Two</title>"),
    ("<guid>https://a.example/2", '<guid isPermaLink="true">https://a.example/2'),
    ("ada@a.example (Ada)", "ada@a.example"),
    ("<dc:creator>", "<dc:creator>Ada</dc:creator><dc:creator>"),
    ('isPermaLink="false">urn:x:1', 'isPermaLink="false">4711'),
    ("One &#x26; &#x3C;b>", "&#62; is greater"),
    ("<fh:archive/>", '<fh:archive/><atom:link href="https://hub.example/" rel="hub"/><atom:link href="https://hub2.example/" rel="hub"/>'),
    ("el-GR", "en-us"),
]  # fmt: skip

# The same, and the flaw that comes of it.
BROKEN = [
    ("encoding='UTF-8'", "encoding='ascii'", "the document does not begin with a declaration of XML 1.0 in UTF-8"),
    ('version="2.0"', 'version="0.91"', "rss has a version that is not 2.0: '0.91'"),
    (' version="2.0"', "", "rss has no version"),
    ("</channel>", "</channel><item/>", "rss/item is not known there"),
    ("</channel>", "text</channel>", "rss/channel holds text among its children"),
    ("<ttl>", '<ttl unit="minutes">', "rss/channel/ttl has an unknown attribute unit"),
    ("<title>Feed</title><link>", "<link>", "rss/channel has no title"),
    ("<title>Feed</title><link>", "<title>Feed</title><title>Feed</title><link>", "rss/channel has 2 title elements"),
    ("<title>Feed</title><link>", "<title> </title><link>", "rss/channel/title is not more than blank: ' '"),
    ("</title><link>https://a.example/</link><desc", "</title><desc", "rss/channel has no link"),
    ("<link>https://a.example/</link><desc", "<link>/</link><desc", "rss/channel/link is not a web address: '/'"),
    ("<description>About</description>", "", "rss/channel has no description"),
    ("<description>About</description>", "<description/>", "rss/channel/description is not more than blank: ''"),
    ("<description>About</description>", "<description>About</description><description>About</description>", "rss/channel has 2 description elements"),
    ("<fh:archive/>", '<fh:archive/><atom:link href="https://a.example/f" rel="self" type="application/rss+xml"/>', "rss/channel has 2 links to itself, not one"),
    (' rel="self" type="application/rss+xml"', ' rel="related"', "rss/channel has 0 links to itself, not one"),
    ('type="application/rss+xml"', 'type="text/xml"', "rss/channel/atom:link[1] is not of type application/rss+xml: 'text/xml'"),
    (' type="application/rss+xml"', "", "rss/channel/atom:link[1] has no type"),
    ("<fh:archive/>", '<atom:link href="https://a.example/1" rel="prev-archive"/><atom:link href="https://a.example/2" rel="prev-archive"/>', "rss/channel has 2 prev-archive links"),
    ('<atom:link href="https://a.example/now" rel="current"/>', "", "rss/channel is an archive without a link to the current feed"),
    ("<fh:archive/>", "<fh:archive/><fh:complete/>", "rss/channel is both an archive and complete"),
    ('href="https://a.example/now"', 'href="now"', "rss/channel/atom:link[2] has a href that is not an absolute IRI: 'now'"),
    ("<fh:archive/>", "<atom:id>urn:x:1</atom:id>", "rss/channel/atom:id is not known there"),
    ("el-GR", "el_GR", "rss/channel/language is not a language tag: 'el_GR'"),
    ("<ttl>60", "<ttl>0", "rss/channel/ttl is not a positive number of minutes: '0'"),
    ("<ttl>60", "<ttl>1.5", "rss/channel/ttl is not a positive number of minutes: '1.5'"),
    ("<docs>https://a.example", "<docs>", "rss/channel/docs is not a web address: '/docs'"),
    ("Sat, 31", "Fri, 31", "rss/channel/lastBuildDate is not an RFC 822 date with its weekday and a year of four digits: 'Fri, 31 Jan 2026 12:00:00 +0000'"),
    ("Sat, 31", "31", "rss/channel/lastBuildDate is not an RFC 822 date with its weekday and a year of four digits: '31 Jan 2026 12:00:00 +0000'"),
    ("Jan 2026 12", "Jan 26 12", "rss/channel/lastBuildDate is not an RFC 822 date with its weekday and a year of four digits: 'Sat, 31 Jan 26 12:00:00 +0000'"),
    ("31 Jan", "31 Feb", "rss/channel/lastBuildDate is not an RFC 822 date with its weekday and a year of four digits: 'Sat, 31 Feb 2026 12:00:00 +0000'"),
    ("12:00:00 +0000", "25:00:00 +0000", "rss/channel/lastBuildDate is not an RFC 822 date with its weekday and a year of four digits: 'Sat, 31 Jan 2026 25:00:00 +0000'"),
    ("12:00:00 +0000", "12:00:00", "rss/channel/lastBuildDate is not an RFC 822 date with its weekday and a year of four digits: 'Sat, 31 Jan 2026 12:00:00'"),
    ("<lastBuildDate>", "<lastBuildDate>Sat, 31 Jan 2026 12:00:00 GMT</lastBuildDate><lastBuildDate>", "rss/channel has 2 lastBuildDate elements"),
    ("<image><url>https://a.example/i</url>", "<image>", "rss/channel/image has no url"),
    ("<hour>3<", "<hour>24<", "rss/channel/skipHours/hour is not an hour from 0 to 23: '24'"),
    ("<hour>3</hour>", "<hour>3</hour><hour>3</hour>", "rss/channel/skipHours/hour[2] has the hour of another: '3'"),
    ("<day>Sunday", "<day>Sun", "rss/channel/skipDays/day is not a day of the week: 'Sun'"),
    ("w@a.example (W)", "W", "rss/channel/webMaster is not an e-mail address with or without a name: 'W'"),
    ("<docs>", "<author>w@a.example</author><docs>", "rss/channel/author is not known there"),
    ("<docs>", "<foo/><docs>", "rss/channel/foo is not known there"),
    (" xmlns:fh=", ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:fh=', "the document declares the namespace http://purl.org/rss/1.0/modules/syndication/, which it has no use for"),
    ("<title>One &#x26; &#x3C;b></title>", "<title/>", "rss/channel/item[1]/title is not more than blank: ''"),
    ("<title>One &#x26;", "<title>One &amp;", "title 3 of the document is not written as plain text: &amp;"),
    ("&#x3C;b>", "&lt;b>", "title 3 of the document is not written as plain text: &lt;"),
    ("&#x3C;b>", "<![CDATA[<b]]>>", "title 3 of the document is not written as plain text: <![CDATA["),
    ("<title>Feed</title><link>", "<title>Feed &amp; more</title><link>", "title 1 of the document is not written as plain text: &amp;"),
    ("<title>One &#x26; &#x3C;b>", "<title><b>One</b>", "rss/channel/item[1]/title holds elements, not only text"),
    ("<item><title>", "<item><title>Uno</title><title>", "rss/channel/item[1] has 2 title elements"),
    ("<link>https://a.example/1</link>", "<link>/1</link>", "rss/channel/item[1]/link is not an absolute address: '/1'"),
    ("<link>https://a.example/1</link>", "<link>https://a.example/1</link><link>https://a.example/1</link>", "rss/channel/item[1] has 2 link elements"),
    ("<description>Two</description>", "", "rss/channel/item[2] has neither title nor description"),
    ("<description>About one</description><content:encoded>&lt;p&gt;One&lt;/p&gt;</content:encoded>", "<content:encoded>&lt;p&gt;One&lt;/p&gt;</content:encoded><description>About one</description>", "rss/channel/item[1] has its description behind content:encoded"),
    ("<description>Two</description>", "<description>Two</description><description>Two</description>", "rss/channel/item[2] has 2 description elements"),
    ("<content:encoded>", "<content:encoded>One</content:encoded><content:encoded>", "rss/channel/item[1] has 2 encoded elements"),
    ("<content:encoded>&lt;p&gt;One&lt;/p&gt;", "<content:encoded><p>One</p>", "rss/channel/item[1]/content:encoded holds elements, not only text"),
    ('<guid isPermaLink="false">urn:x:1</guid>', "", "rss/channel/item[1] has no guid"),
    ("<guid>", '<guid isPermaLink="false">urn:x:2</guid><guid>', "rss/channel/item[2] has 2 guid elements"),
    (' isPermaLink="false"', "", "rss/channel/item[1]/guid is called a permalink and is no web address: 'urn:x:1'"),
    ('isPermaLink="false"', 'isPermaLink="no"', "rss/channel/item[1]/guid has a isPermaLink that is not true or false: 'no'"),
    (">urn:x:1<", ">https://a.example/2<", "rss/channel/item[2] has the guid of another: 'https://a.example/2'"),
    ("<pubDate>Fri", "<pubDate>Thu", "rss/channel/item[1]/pubDate is not an RFC 822 date with its weekday and a year of four digits: 'Thu, 30 Jan 2026 10:00:00 GMT'"),
    ("<pubDate>", "<pubDate>Fri, 30 Jan 2026 10:00:00 GMT</pubDate><pubDate>", "rss/channel/item[1] has 2 pubDate elements"),
    ("ada@a.example (Ada)", "Ada", "rss/channel/item[1]/author is not an e-mail address with or without a name: 'Ada'"),
    ("<author>", "<author>bob@a.example</author><author>", "rss/channel/item[1] has 2 author elements"),
    ("<author>", "<dc:creator>Ada</dc:creator><author>", "rss/channel/item[1] has both author and dc:creator"),
    ("<dc:creator>Bob", "<dc:creator>", "rss/channel/item[2]/dc:creator is not more than blank: ''"),
    ("<dc:creator>", "<dc:modified>2026</dc:modified><dc:creator>", "rss/channel/item[2]/dc:modified is not known there"),
    ("<enclosure ", '<enclosure url="https://a.example/b.mp3" length="0" type="audio/mpeg"/><enclosure ', "rss/channel/item[1] has 2 enclosure elements"),
    ('url="https://a.example/a.mp3"', 'url="ftp://a.example/a.mp3"', "rss/channel/item[1]/enclosure has a url that is not a web address: 'ftp://a.example/a.mp3'"),
    ('url="https://a.example/a.mp3" ', "", "rss/channel/item[1]/enclosure has no url"),
    ('length="0" ', "", "rss/channel/item[1]/enclosure has no length"),
    ('length="0"', 'length="-1"', "rss/channel/item[1]/enclosure has a length that is not a number of bytes: '-1'"),
    (' type="audio/mpeg"', "", "rss/channel/item[1]/enclosure has no type"),
    ('"audio/mpeg"', '"mp3"', "rss/channel/item[1]/enclosure has a type that is not a media type: 'mp3'"),
    ('type="audio/mpeg"/>', 'type="audio/mpeg">a.mp3</enclosure>', "rss/channel/item[1]/enclosure is not empty"),
    (' url="https://s.example/f"', "", "rss/channel/item[1]/source has no url"),
    ('"https://s.example/f"', '"f"', "rss/channel/item[1]/source has a url that is not a web address: 'f'"),
    ("<source ", '<source url="https://s.example/f">Source</source><source ', "rss/channel/item[1] has 2 source elements"),
    ("<comments>", "<comments>https://a.example/</comments><comments>", "rss/channel/item[1] has 2 comments elements"),
    ("<comments>https://a.example/1#c", "<comments>None", "rss/channel/item[1]/comments is not a web address: 'None'"),
    (">health<", "> <", "rss/channel/item[1]/category is not a category: ' '"),
    ("2026-01-30T11:00:00Z", "Fri, 30 Jan 2026 11:00:00 GMT", "rss/channel/item[1]/atom:updated is not an RFC 3339 date with upper-case T and Z: 'Fri, 30 Jan 2026 11:00:00 GMT'"),
    ('thumbnail url="https://a.example/2.jpg"', "thumbnail", "rss/channel/item[2]/media:thumbnail has no url"),
    ("<item><title>", "<item><b>One</b><title>", "rss/channel/item[1]/b is not known there"),
    ("Bob", "&#x9F;Bob", "rss/channel/item[2]/dc:creator holds the character U+009F"),
]  # fmt: skip
