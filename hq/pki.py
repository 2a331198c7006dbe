"""A small certificate authority for broker, HQ and appliances (EC P-256).

Keys are made once, mode 600, and never leave their folder. Certificates live 90 days and are made
anew, with a new key, when fewer than 30 are left.
"""

import datetime as dt
import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from retail.errors import ContractError

CA_DAYS = 3_650
LEAF_DAYS = 90
RENEW_DAYS = 30
BACKDATE = dt.timedelta(days=1)
"""A till's clock may be behind; a certificate from yesterday is valid to it too."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


def create_ca(keys: Path, now: dt.datetime) -> Identity:
    """The authority in this folder, made if there is none."""
    found = Identity(keys / "ca.crt", keys / "ca.key")
    if found.certificate.exists() and found.key.exists():
        return found
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Tillbox CA")
    builder = _builder(name, name, key, now, CA_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    _write(found, key, builder.sign(key, hashes.SHA256()))
    return found


def issue(
    keys: Path, file_name: str, common_name: str, now: dt.datetime, *, server: bool = False
) -> Identity:
    """A certificate in `keys`, kept while it is good for 30 more days and ours.

    A server's is for 127.0.0.1, ::1 and localhost. The common name is who its holder is to the broker.
    """
    if not NAME.fullmatch(common_name):
        # '+', '#' and '/' would be wildcards and levels in the broker's access rules.
        raise ContractError("certificate.name", path=file_name, common_name=common_name)
    authority = create_ca(keys, now)
    found = Identity(keys / f"{file_name}.crt", keys / f"{file_name}.key")
    ca = x509.load_pem_x509_certificate(authority.certificate.read_bytes())
    if _is_good(found, ca, common_name, now):
        return found
    ca_key = serialization.load_pem_private_key(authority.key.read_bytes(), None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise ContractError("certificate.ca_key", path=str(authority.key))
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(common_name), ca.subject, key, now, LEAF_DAYS)
    use = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    if server:
        builder = builder.add_extension(x509.SubjectAlternativeName(_local_names()), critical=False)
    _write(found, key, builder.sign(ca_key, hashes.SHA256()))
    return found


def _is_good(found: Identity, ca: x509.Certificate, common_name: str, now: dt.datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(found.certificate.read_bytes())
        key = serialization.load_pem_private_key(found.key.read_bytes(), None)
        certificate.verify_directly_issued_by(ca)
    except (OSError, ValueError, TypeError):
        return False
    except Exception:  # the library's InvalidSignature derives from nothing narrower
        return False
    left = certificate.not_valid_after_utc - now
    return (
        certificate.subject == _name(common_name)
        and certificate.public_key() == key.public_key()
        and left > dt.timedelta(days=RENEW_DAYS)
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: dt.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _local_names() -> list[x509.GeneralName]:
    addresses = [x509.IPAddress(ipaddress.ip_address(text)) for text in ("127.0.0.1", "::1")]
    return [x509.DNSName("localhost"), *addresses]


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _write(to: Identity, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    """Key first: a certificate without its key would be taken for whole after a kill."""
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for path, data in (
        (to.key, secret),
        (to.certificate, certificate.public_bytes(serialization.Encoding.PEM)),
    ):
        draft = path.with_name(path.name + ".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
