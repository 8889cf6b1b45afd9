"""One certificate for everything that a lab serves on loopback, and the authority that signed it.

Made anew for every lab and worthless outside of it: the API server, metrics and webhooks share it.
"""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bayplan.lab.port import LOOPBACK

LIFE = datetime.timedelta(days=30)
LONG_LIFE = datetime.timedelta(days=400)
"""Of a named authority: who renews such a certificate does so three months before its end."""
NO_USAGE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """PEM texts."""

    authority: str
    certificate: str
    key: str
    authority_key: str = ""
    """Of a named authority."""


def make_certificates(*names: str, authority: str = "") -> Certificates:
    """An authority and a certificate of it for 127.0.0.1, localhost, further DNS names and URIs (`spiffe://...`).

    A named authority lives long, has its name as its DNS name and a key of RSA, which is kept: what
    github.com/open-policy-agent/cert-controller wants of one that it does not make anew. The Spark operator wants RSA
    of what the authority has signed, too.
    """
    return _sign(names, authority, _new_rsa_key() if authority else _new_key())


def _sign(names: tuple[str, ...], called: str, signer: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> Certificates:
    key, life = _new_rsa_key() if called else _new_key(), LONG_LIFE if called else LIFE
    form = serialization.PrivateFormat.TraditionalOpenSSL if called else serialization.PrivateFormat.PKCS8
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called or "bayplan lab")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    alternatives = [x509.IPAddress(ipaddress.ip_address(LOOPBACK)), *map(_alternative, ("localhost", *names))]
    begun = (
        _begin(issuer, issuer, signer.public_key(), signer, life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**{**NO_USAGE, "key_cert_sign": True, "crl_sign": True}), critical=True)
    )
    if called:
        begun = begun.add_extension(x509.SubjectAlternativeName([x509.DNSName(called)]), critical=False)
    authority = begun.sign(signer, hashes.SHA256())
    certificate = (
        _begin(subject, issuer, key.public_key(), signer, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{**NO_USAGE, "digital_signature": True}), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return Certificates(
        authority=_pem(authority),
        certificate=_pem(certificate) + _pem(authority),
        key=_key_pem(key, form),
        authority_key=_key_pem(signer, form) if called else "",
    )


def make_signing_key() -> str:
    """PEM of the key that signs the tokens of service accounts: RSA, which every verifier takes."""
    return _key_pem(_new_rsa_key())


def _new_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _alternative(name: str) -> x509.GeneralName:
    return x509.UniformResourceIdentifier(name) if "://" in name else x509.DNSName(name)


def _begin(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    signer: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    life: datetime.timedelta,
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    form: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8,
) -> str:
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
