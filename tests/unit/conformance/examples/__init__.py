"""Small documents that conform, and what an edit to one of them makes of it."""
