"""Geometries as a GeoPackage keeps them, read without GDAL."""

from __future__ import annotations

import math
import struct


def blob_wkb(blob: object) -> bytes:
    """Return the geometry of a GeoPackage blob without its header; empty where there is none."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return b""
    flags = blob[3]
    # Bits 1 to 3 say which envelope follows the header: none, XY, XYZ, XYM or XYZM.
    envelopes = (0, 32, 48, 48, 64)
    kind = flags >> 1 & 7
    empty = flags >> 4 & 1
    return b"" if empty or kind >= len(envelopes) else blob[8 + envelopes[kind] :]


def blob_point(blob: object) -> tuple[float, float] | None:
    """Return the coordinates of a GeoPackage point, or None where there is none."""
    wkb = blob_wkb(blob)
    if len(wkb) < 21:
        return None
    x, y = struct.unpack_from("<dd" if wkb[0] else ">dd", wkb, 5)
    return (x, y) if math.isfinite(x) and math.isfinite(y) else None
