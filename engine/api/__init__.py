"""REST API v1: what the pages do, for scripts and programs."""

from __future__ import annotations
