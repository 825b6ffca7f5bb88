"""Keys and certificates for tests, made while they run."""

import datetime
import functools
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

PASSWORD = "印章-secret-7"


@dataclass(frozen=True)
class Identity:
    """A key, its certificate, and the root that issued it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    root: x509.Certificate

    def p12(self, path: Path, password: str = PASSWORD) -> Path:
        lock = BestAvailableEncryption(password.encode())
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", self.key, self.certificate, [self.root], lock))
        return path

    def pem(self, path: Path, password: str = PASSWORD) -> Path:
        lock = BestAvailableEncryption(password.encode())
        private = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
        path.write_bytes(private + self.certificate.public_bytes(Encoding.PEM))
        return path

    def root_pem(self, path: Path) -> Path:
        path.write_bytes(self.root.public_bytes(Encoding.PEM))
        return path

    def certificate_pem(self, path: Path) -> Path:
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM) + self.root.public_bytes(Encoding.PEM))
        return path


@functools.cache
def identity(name: str = "嘉南市市场监督管理局", root: str = "测试根", *, expired: bool = False) -> Identity:
    """A signer `name` under a root of its own; one for the whole run. In force from 2020 to 2098, or only in 2020."""
    start, late = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)
    end = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC) if expired else late
    root_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root_certificate = _certificate(root, root, root_key, root_key, (start, late), ca=True)
    return Identity(key, _certificate(name, root, key, root_key, (start, end), ca=False), root_certificate)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: str,
    issuer: str,
    key: rsa.RSAPrivateKey,
    by: rsa.RSAPrivateKey,
    period: tuple[datetime.datetime, datetime.datetime],
    *,
    ca: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(period[0])
        .not_valid_after(period[1])
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by, hashes.SHA256())
    )
