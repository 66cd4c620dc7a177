"""syndicator: a self-hosted feed syndication hub."""

__version__ = "0.1.0"
