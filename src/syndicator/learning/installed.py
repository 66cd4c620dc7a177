"""Whether what learning needs is installed: it is large, and an extra (`pip install ".[classifier]"`)."""

from importlib.util import find_spec


def installed() -> bool:
    return all(find_spec(name) is not None for name in ("numpy", "sklearn"))
