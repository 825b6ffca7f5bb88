"""Who signs this house's documents, as set up in its environment (docs/operations.md); nobody by default."""

# pyHanko takes a second to import: only those who sign or check pay for it, so each function imports what it needs.
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from cases.models import Body

if TYPE_CHECKING:
    from notices.pdf.signing.signers import Signer

BODY: Final = "{body}"


def signs() -> bool:
    """Whether documents are signed here at all."""
    return bool(settings.SIGNER)


def signer_of(body: Body) -> "Signer":
    """What signs for the body; `{body}` in a setting stands for its code. SignerUnusable where it is set up wrongly."""
    return _signer(body.code)


def signer_fault() -> str:
    """Why nobody could sign as things are set up, for whoever sets them up; "" where they can, or need not.

    What is set up for each body by itself is found out body by body, when it signs.
    """
    from notices.pdf.signing.signers import SignerUnusable

    each = {"file": settings.SIGNER_KEY_FILE, "token": settings.SIGNER_TOKEN_KEY, "remote": settings.SIGNER_CERTIFICATE}
    if not signs() or BODY in each.get(settings.SIGNER, ""):
        return ""
    try:
        with _signer("").opened():
            return ""
    except SignerUnusable as error:
        return str(error)


def _signer(code: str) -> "Signer":
    from notices.pdf.signing.signers import SignerUnusable

    if settings.SIGNER not in _MADE:
        raise SignerUnusable(f"SIGNER must be one of: {', '.join(_MADE)}")
    return _MADE[settings.SIGNER](code)


def trusted_roots() -> list[Path]:
    """Files of the root certificates whose signatures the verification page calls trusted."""
    from notices.pdf.signing.demo_key import demo_key

    if settings.SIGNER == "demo":
        return [demo_key(settings.SIGNER_DEMO_DIR)[1]]
    return [Path(settings.SIGNER_TRUST)] if settings.SIGNER_TRUST else []


def _file(code: str) -> "Signer":
    from notices.pdf.signing.signers import FileSigner

    return FileSigner(Path(settings.SIGNER_KEY_FILE.replace(BODY, code)), settings.SIGNER_KEY_PASSWORD)


def _demo(code: str) -> "Signer":
    from notices.pdf.signing.demo_key import demo_key
    from notices.pdf.signing.signers import FileSigner

    return FileSigner(demo_key(settings.SIGNER_DEMO_DIR)[0])


def _token(code: str) -> "Signer":
    from notices.pdf.signing.signers import TokenSigner

    return TokenSigner(
        library=settings.SIGNER_TOKEN_LIBRARY,
        token=settings.SIGNER_TOKEN_LABEL,
        label=settings.SIGNER_TOKEN_KEY.replace(BODY, code),
        pin=settings.SIGNER_TOKEN_PIN,
    )


def _remote(code: str) -> "Signer":
    from notices.pdf.signing.remote import RemoteSigner
    from notices.pdf.signing.signers import certificates_of

    chain = settings.SIGNER_CERTIFICATE.replace(BODY, code)
    return RemoteSigner(
        url=settings.SIGNER_SERVICE_URL,
        key=settings.SIGNER_SERVICE_KEY.replace(BODY, code),
        answer="raw" if settings.SIGNER_SERVICE_ANSWER == "raw" else "cms",
        secret=settings.SIGNER_SERVICE_SECRET,
        certificates=certificates_of(Path(chain)) if chain else (),
    )


_MADE: Final[dict[str, Callable[[str], "Signer"]]] = {"file": _file, "token": _token, "remote": _remote, "demo": _demo}
