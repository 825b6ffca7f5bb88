"""Who signs: a key in a file, a key in a token (PKCS#11), or a remote e-seal service (remote.py)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificates
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import signers as hanko

DIGEST: Final = "sha256"


class SignerUnusable(Exception):  # noqa: N818 - named for what is wrong
    """The key, the token or the service cannot be used as it is set up; says what, never a secret."""


class Signer(Protocol):
    """Signs for one body; `opened` lends what makes the CMS signature and closes it again."""

    @property
    def reserved(self) -> int | None:
        """Bytes to keep free in the PDF for the signature; None: known from the certificate."""

    def opened(self) -> AbstractContextManager[hanko.Signer]:
        """SignerUnusable where the key cannot be had."""


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A key with its certificates in one file: PKCS#12 (.p12, .pfx), or PEM with the signer's certificate first."""

    path: Path
    password: str = field(default="", repr=False)
    reserved: None = None

    @contextmanager
    def opened(self) -> Iterator[hanko.Signer]:
        """Reads the file anew each time, so that a renewed key is used at once."""
        password = self.password.encode()
        try:
            data = self.path.read_bytes()
            bundle = data if self.path.suffix in (".p12", ".pfx") else _bundled(data, password)
            signer = hanko.SimpleSigner.load_pkcs12_data(bundle, other_certs=[], passphrase=password or None)
        except OSError as error:
            raise SignerUnusable(f"the key file cannot be read: {type(error).__name__}") from None
        except (ValueError, TypeError):  # whatever else stands in the message, it is not repeated
            raise SignerUnusable("the key file is no PKCS#12 or PEM file, or its password is another one") from None
        if signer is None:
            raise SignerUnusable("the key file is no PKCS#12 file, or its password is another one")
        yield signer


def _bundled(data: bytes, password: bytes) -> bytes:
    """PEM as PKCS#12, so that there is one way of reading a key; under the same password, in memory only."""
    key = load_pem_private_key(data, password or None)
    own, *others = load_pem_x509_certificates(data)
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"", key, own, others, locked)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """A key in a PKCS#11 token (USB key, HSM): it never leaves it. `label` names key and certificate alike."""

    library: str  # path of the maker's PKCS#11 module
    token: str
    label: str
    pin: str = field(repr=False)
    reserved: None = None

    @contextmanager
    def opened(self) -> Iterator[hanko.Signer]:
        """One session for one signature: a token that was pulled out and put back works again.

        A PIN the token has refused is not tried again by this process: a few wrong ones lock a token for good.
        """
        from pkcs11.exceptions import PinIncorrect, PKCS11Error  # needs a C library: only those who have a token pay
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

        if self in _refused:
            raise SignerUnusable("the token has refused the PIN: correct it and start anew")
        try:
            criteria = TokenCriteria(label=self.token)
            session = open_pkcs11_session(self.library, token_criteria=criteria, user_pin=self.pin)
        except PinIncorrect:
            _refused.add(self)
            raise SignerUnusable("the token refuses the PIN") from None
        except (PKCS11Error, RuntimeError) as error:
            raise SignerUnusable(f"the token cannot be opened: {type(error).__name__}") from None
        with session:
            yield PKCS11Signer(session, cert_label=self.label, key_label=self.label, other_certs_to_pull=None)


_refused: set[TokenSigner] = set()


def certificates_of(path: Path) -> list[x509.Certificate]:
    """Every certificate of a PEM file, in its order; SignerUnusable where there is none."""
    try:
        data = path.read_bytes()
        found = [
            x509.Certificate.load(der) for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"
        ]
        for certificate in found:
            certificate.native  # noqa: B018 - asn1crypto reads lazily: what is no certificate fails here
    except (OSError, ValueError, TypeError):
        found = []
    if not found:
        raise SignerUnusable("the file of certificates cannot be read, or is no PEM file")
    return found
