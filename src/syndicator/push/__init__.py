"""WebSub: what we say to hubs. It speaks HTTP through what bootstrap gives it."""
