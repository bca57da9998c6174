"""What of the host's environment reaches a build container: proxies, CA bundle, index. Pure.

Paths and ``file:`` addresses stay behind: they mean nothing inside a container.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

CA_BUNDLE = "/layerfactory/ca-certificates.crt"
"""Where the host's CA bundle lies in the container."""

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_BUNDLE_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Amazon Linux
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)
# Of pip's options these; in the environment each is PIP_ and the name in capitals.
_PIP_OPTIONS = ("index-url", "extra-index-url", "trusted-host", "timeout", "retries")
_PIP_ALIASES = {"default-timeout": "timeout"}
# uv's names for the same, the first that is set wins.
_UV_VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "extra-index-url": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "trusted-host": ("UV_INSECURE_HOST",),
}
_INDEX_NAME = re.compile(r"^[\w-]+=(?=\w+://)")


@dataclass(frozen=True, slots=True)
class HostSettings:
    """What a container is given, so that pip inside reaches what the host reaches."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Variables; they may hold passwords and are never shown."""
    ca_bundle: str = ""
    """Path on the host of the bundle to copy to CA_BUNDLE; empty if there is none."""
    host_network: bool = False
    """A proxy or index is on the host's localhost: only the host's own network reaches it."""


def host_settings(
    environ: Mapping[str, str],
    pip_config: Mapping[str, str],
    is_file: Callable[[str], bool],
) -> HostSettings:
    """Choose what reaches the container.

    Args:
        environ: the host's environment.
        pip_config: pip's options out of its configuration files, such as ``index-url``.
        is_file: whether a path is a file on the host.
    """
    proxies = _proxies(environ)
    index = _index(environ, pip_config)
    bundle = _bundle(environ, pip_config, is_file)
    certificates = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if bundle else ()
    addresses = [value for name, value in proxies.items() if name.upper() != "NO_PROXY"]
    addresses += index.get("PIP_INDEX_URL", "").split()
    addresses += index.get("PIP_EXTRA_INDEX_URL", "").split()
    return HostSettings(
        environment={**proxies, **index, **dict.fromkeys(certificates, CA_BUNDLE)},
        ca_bundle=bundle,
        host_network=any(map(is_loopback, addresses)),
    )


def is_loopback(address: str) -> bool:
    """Whether a URL, or a proxy as ``host:port``, leads to the machine itself."""
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Both cases of each name, because programs differ in which one they read."""
    found = {}
    for name in _PROXIES:
        value = environ.get(name.lower()) or environ.get(name)
        if value:
            found[name] = found[name.lower()] = value
    return found


def _bundle(
    environ: Mapping[str, str], pip_config: Mapping[str, str], is_file: Callable[[str], bool]
) -> str:
    places: Iterable[str] = (
        *(environ.get(name, "") for name in _BUNDLE_VARIABLES),
        pip_config.get("cert", ""),
        *_SYSTEM_BUNDLES,
    )
    return next((path for path in places if path and is_file(path)), "")


def _index(environ: Mapping[str, str], pip_config: Mapping[str, str]) -> dict[str, str]:
    found = {}
    aliases = {alias: value for value, alias in _PIP_ALIASES.items()}
    for option in _PIP_OPTIONS:
        names = [option, *filter(None, [aliases.get(option)])]
        candidates = [environ.get(_variable(name), "") for name in names]
        candidates += [environ.get(name, "") for name in _UV_VARIABLES.get(option, ())]
        candidates += [pip_config.get(name, "") for name in names]
        value = next(filter(None, map(_reachable, candidates)), "")
        if value:
            found[_variable(option)] = value
    return found


def _variable(option: str) -> str:
    return f"PIP_{option.upper().replace('-', '_')}"


def _reachable(value: str) -> str:
    """The words of a setting that mean something elsewhere: no paths, no ``file:``."""
    words = (_INDEX_NAME.sub("", word) for word in value.split())
    return " ".join(w for w in words if not w.startswith(("file:", "/", "./", "../", "~")))
