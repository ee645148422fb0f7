"""Makes a PDF of the page on standard input; run alone, with limits, without network and files.

Arguments: megabytes of memory, seconds of computing. Exit code 3: Pango is missing; its complaint stands on standard error.
"""

from __future__ import annotations

import resource
import sys


def main(megabytes: int, seconds: int) -> int:
    """Read HTML, write PDF."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
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
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
