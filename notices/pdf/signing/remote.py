"""A remote e-seal service (电子印章服务): a hash goes out, a signature comes back, the key stays there.

The protocol is small, so that an adapter for a given service is a few lines: POST as JSON
`{"digest": base64, "digest_algorithm": "sha256", "key": "330402", "answer": "cms" | "raw"}`, with the secret as bearer
token; the answer is `{"signature": base64}`. "cms" asks for the whole CMS signature over the digest of the PDF, made by
the service with its own certificate; "raw" for the bare signature over the digest of the signed attributes, which are
put together here with the certificate that was configured.
"""

import asyncio
import base64
import binascii
import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from asn1crypto import cms, x509
from pyhanko.sign import signers as hanko
from pyhanko_certvalidator.registry import SimpleCertificateStore

from notices.pdf.signing.signers import DIGEST, SignerUnusable

Answer = Literal["cms", "raw"]
SECONDS: Final = 30
LARGEST_ANSWER: Final = 64 * 1024  # bytes of JSON
ROOM: Final = 24 * 1024  # bytes kept free in the PDF for a CMS signature made elsewhere
_HERE: Final = {"127.0.0.1", "localhost", "::1"}


class ServiceFailed(Exception):  # noqa: N818 - named for what is wrong
    """The service did not answer, or not with a signature; worth another try."""


@dataclass(frozen=True, slots=True)
class RemoteSigner:
    """Signs through the service at `url` with its key `key`; "raw" needs the signer's `certificates`, its own first."""

    url: str
    key: str
    answer: Answer
    secret: str = field(default="", repr=False)
    certificates: Sequence[x509.Certificate] = ()

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
            raise SignerUnusable("the address of the e-seal service must begin with https://")
        if self.answer == "raw" and not self.certificates:
            raise SignerUnusable("raw signatures need the signer's certificate")

    @property
    def reserved(self) -> int | None:
        return ROOM if self.answer == "cms" else None

    @contextmanager
    def opened(self) -> Iterator[hanko.Signer]:
        yield _WholeCms(self) if self.answer == "cms" else _RawSignature(self)

    def ask(self, digest: bytes) -> bytes:
        """The service's signature over the digest; ServiceFailed."""
        asked = {
            "digest": base64.b64encode(digest).decode(),
            "digest_algorithm": DIGEST,
            "key": self.key,
            "answer": self.answer,
        }
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        request = urllib.request.Request(self.url, json.dumps(asked).encode(), headers, method="POST")  # noqa: S310
        try:
            with _opener().open(request, timeout=SECONDS) as response:
                answer = json.loads(response.read(LARGEST_ANSWER))
            return base64.b64decode(answer["signature"], validate=True)
        except urllib.error.HTTPError as error:
            raise ServiceFailed(f"the e-seal service answered {error.code}") from None
        except OSError as error:
            raise ServiceFailed(f"the e-seal service cannot be reached: {type(error).__name__}") from None
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise ServiceFailed("the e-seal service answered with something else than a signature") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        """The secret goes to the configured host and to no other."""


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


class _RawSignature(hanko.Signer):
    """The CMS signature is put together here around the service's bare signature."""

    def __init__(self, service: RemoteSigner) -> None:
        self._service = service
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(service.certificates)
        super().__init__(signing_cert=service.certificates[0], cert_registry=store)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self._service.certificates[0].public_key.byte_size)
        digest = hashlib.new(digest_algorithm, data).digest()
        return await asyncio.to_thread(self._service.ask, digest)


class _WholeCms(hanko.Signer):
    """The service makes the CMS signature; its certificate is learnt from it."""

    def __init__(self, service: RemoteSigner) -> None:
        self._service = service
        super().__init__()

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        raise NotImplementedError

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, *args: Any, **kwargs: Any) -> cms.ContentInfo:
        answer = await asyncio.to_thread(self._service.ask, data_digest)
        try:
            made = cms.ContentInfo.load(answer, strict=True)
            made.native  # noqa: B018 - asn1crypto reads lazily: what is no CMS signature fails here
        except (ValueError, TypeError):
            raise ServiceFailed("the e-seal service answered with something else than a signature") from None
        return made
