"""A small identity provider for tests: keys that can be rotated, a TLS server that can be slow, broken or down."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER = "https://id.example.com/realms/market"
AUDIENCE = "market"


@dataclass(frozen=True)
class SigningKey:
    key_id: str
    algorithm: str
    private: Any

    @classmethod
    def made(cls, key_id: str, algorithm: str = "RS256") -> SigningKey:
        private: Any
        if algorithm == "RS256":
            private = rsa.generate_private_key(65537, 2048)
        elif algorithm == "ES256":
            private = ec.generate_private_key(ec.SECP256R1())
        else:
            private = ed25519.Ed25519PrivateKey.generate()
        return cls(key_id, algorithm, private)

    @property
    def pem(self) -> bytes:
        public: Any = self.private.public_key()
        return bytes(public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))

    @property
    def published(self) -> dict[str, Any]:
        kinds: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}
        written = kinds[self.algorithm].to_jwk(self.private.public_key())
        key = json.loads(written) if isinstance(written, str) else written
        return {**key, "kid": self.key_id, "alg": self.algorithm, "use": "sig"}

    def token(self, claims: Mapping[str, Any] | None = None, **headers: Any) -> str:
        """Sign claims, those of a good user where nothing else is said."""
        return jwt.encode(
            dict(good_claims() if claims is None else claims),
            self.private,
            algorithm=self.algorithm,
            headers={"kid": self.key_id, **headers},
        )


def good_claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "a1b2",
        "exp": now + 300,
        "iat": now,
        "realm_access": {"roles": ["seller"]},
        **changes,
    }


def segment(value: Any) -> str:
    """Write a part of a token: JSON of an object, or bytes as they are."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Provider:
    """What the server answers, and how often it was asked."""

    keys: list[SigningKey]
    url: str = ""
    ca_file: str = ""
    is_down: bool = False
    delay: float = 0.0
    #: Sent instead of the document, where it is set.
    body: bytes | None = None
    redirect: str | None = None
    requests: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def document(self) -> bytes:
        return json.dumps({"keys": [key.published for key in self.keys]}).encode()


@contextmanager
def running_provider(directory: Path, *keys: SigningKey) -> Iterator[Provider]:
    """Serve the public keys at https://127.0.0.1, with a certificate of an authority of its own."""
    provider = Provider(list(keys))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    provider.ca_file, chain = certificates(directory)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    # a client that trusts another authority ends the handshake
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    provider.url = f"https://127.0.0.1:{server.server_address[1]}/certs"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with provider.lock:
                provider.requests += 1
            time.sleep(provider.delay)
            if provider.is_down:
                self.send_error(503)
                return
            if provider.redirect:
                self.send_response(302)
                self.send_header("Location", provider.redirect)
                self.end_headers()
                return
            body = provider.document if provider.body is None else provider.body
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def certificates(directory: Path) -> tuple[str, str]:
    """Make an authority and a server's certificate; return the files of the first, and of the second with its key."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of a test")])
    authority = (
        _builder(name, name, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        _builder(subject, name, server_key)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    authority_file, chain_file = directory / "authority.pem", directory / "server.pem"
    authority_file.write_bytes(authority.public_bytes(pem))
    chain_file.write_bytes(
        certificate.public_bytes(pem)
        + server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(authority_file), str(chain_file)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
    )
