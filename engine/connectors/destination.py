"""Where requests may go: the address is resolved, checked, and then the very address that was checked is used."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.errors import Message, Refused

#: The numeric addresses of a host and port.
Resolve = Callable[[str, int], list[str]]

_PORTS = {"https": 443, "http": 80}


class DestinationRefused(Refused):
    """Requests may not go there: name the host in the list of allowed hosts if it is yours."""

    chinese = "不允许访问该地址：如确属本单位，请由管理员加入允许名单。"


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked destination: connect to `address`, but ask for `host`."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def url(self) -> str:
        """The URL with the checked address in the place of the host."""
        place = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{place}:{self.port}{self.path}"


def resolve(host: str, port: int) -> list[str]:
    """What the system says a host's addresses are. Raises OSError."""
    return list(
        dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    )


def check(url: str, *, allowed: Collection[str] = (), resolver: Resolve = resolve) -> Destination:
    """The destination of a URL.

    Only https to public addresses, unless the administrator allowed the host by name: that one may also be inside
    the company and plain http. Raises DestinationRefused, OSError (name not found).
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _refused(url) from None
    host = parts.hostname or ""
    trusted = host in allowed
    if parts.scheme not in _PORTS or (parts.scheme == "http" and not trusted):
        raise _refused(url)
    if (
        not host
        or parts.username is not None
        or parts.password is not None
        or "\\" in url
        or url != url.strip()
    ):
        raise _refused(url)
    addresses = resolver(host, port)
    if not addresses or not (trusted or all(is_public(address) for address in addresses)):
        raise _refused(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, port, path, addresses[0])


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the public internet: not this machine, this network, nor a tunnel into it."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found in _NAT64:
            return False
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _refused(what: str) -> DestinationRefused:
    return DestinationRefused(
        Message(
            zh=f"不允许访问 {what[:200]}：只允许公网 https 地址，或管理员允许的主机。",
            en=f"Requests to {what[:200]} are not allowed: only public https addresses, or hosts an administrator allowed.",
        )
    )
