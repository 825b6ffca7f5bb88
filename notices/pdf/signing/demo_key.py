"""The demo's own key and certificate, made once on the machine that shows the demo; everything about them says 演示."""

import datetime
import tempfile
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

KEY: Final = "signer.pem"
ROOT: Final = "root.pem"
_YEARS: Final = 10


def demo_key(folder: Path) -> tuple[Path, Path]:
    """The files of the demo's key (with its certificate) and of its root certificate, made where they are missing.

    The root's own key is thrown away: nothing else can ever be issued under it.
    """
    if not (folder / KEY).exists():
        _make(folder)
    return folder / KEY, folder / ROOT


def _make(folder: Path) -> None:
    """Both files appear at once, so that two processes that start together use one key."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = _name("演示根证书（仅供演示，无法律效力）")
    root = _builder(root_name, root_name, root_key.public_key(), authority=True).sign(root_key, hashes.SHA256())
    certificate = _builder(
        _name("演示电子印章（仅供演示，无法律效力）"), root_name, key.public_key(), authority=False
    ).sign(root_key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (draft / ROOT).write_bytes(root.public_bytes(Encoding.PEM))
    (draft / KEY).touch(mode=0o600)
    (draft / KEY).write_bytes(private + certificate.public_bytes(Encoding.PEM))
    try:
        draft.rename(folder)
    except OSError:  # another process was faster: its key stands
        for name in (KEY, ROOT):
            (draft / name).unlink()
        draft.rmdir()


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "演示"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, authority: bool
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
