"""Makes a PDF of the page on standard input; run alone, with limits, without network and files.

Exit code 3: Pango is missing; its complaint stands on standard error.
"""

from __future__ import annotations

import resource
import sys

_MEGABYTES = 1500
_SECONDS = 30


def main() -> int:
    """Read HTML, write PDF."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEGABYTES << 20, _MEGABYTES << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        from weasyprint import HTML  # noqa: PLC0415 (loads Pango, which may be missing)
        from weasyprint.urls import URLFetcher  # noqa: PLC0415 (the same)
    except OSError as error:
        sys.stderr.write(str(error))
        return 3
    text = sys.stdin.buffer.read().decode("utf-8")
    page = HTML(string=text, url_fetcher=URLFetcher(allowed_protocols={"data"}), base_url=None)
    sys.stdout.buffer.write(page.write_pdf() or b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
