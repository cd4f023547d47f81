"""SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side: the token itself never crosses the wire."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from flows.sql_endpoint.messages import Refused

MECHANISM = "SCRAM-SHA-256"
ITERATIONS = 4096
MALFORMED = Refused("08P01", "the login is malformed")


def keyed(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


class Verifier:
    """What is needed to know the token again, made once."""

    def __init__(self, token: str) -> None:
        self.salt = secrets.token_bytes(16)
        salted = hashlib.pbkdf2_hmac("sha256", token.encode(), self.salt, ITERATIONS)
        self.stored_key = hashlib.sha256(keyed(salted, b"Client Key")).digest()
        self.server_key = keyed(salted, b"Server Key")


class Exchange:
    """One login. The user's name is not looked at: the token alone opens."""

    def __init__(self, verifier: Verifier) -> None:
        self.verifier = verifier
        self.signed = b""
        self.nonce = b""
        self.header = b""

    def challenge(self, first: bytes) -> bytes:
        """The server's first message. Raises Refused for a client that asks to bind the channel."""
        flag, _, rest = first.partition(b",")
        _, _, bare = rest.partition(b",")
        fields = dict(part.split(b"=", 1) for part in bare.split(b",") if b"=" in part)
        if flag not in (b"n", b"y") or b"r" not in fields:
            raise MALFORMED
        self.header = first[: len(first) - len(bare)]
        self.nonce = fields[b"r"] + base64.b64encode(secrets.token_bytes(18))
        salt = base64.b64encode(self.verifier.salt)
        answer = b"r=%s,s=%s,i=%d" % (self.nonce, salt, ITERATIONS)
        self.signed = bare + b"," + answer
        return answer

    def finish(self, final: bytes) -> bytes:
        """The server's last message. Raises Refused where the proof is not one of the token."""
        without, _, proof = final.rpartition(b",p=")
        fields = dict(part.split(b"=", 1) for part in without.split(b",") if b"=" in part)
        bound = base64.b64encode(self.header)
        if fields.get(b"r") != self.nonce or fields.get(b"c") != bound:
            raise MALFORMED
        signed = self.signed + b"," + without
        signature = keyed(self.verifier.stored_key, signed)
        try:
            given = base64.b64decode(proof, validate=True)
        except ValueError as fault:
            raise MALFORMED from fault
        key = bytes(a ^ b for a, b in zip(given, signature, strict=False))
        if not hmac.compare_digest(hashlib.sha256(key).digest(), self.verifier.stored_key):
            raise Refused("28P01", "the token is wrong: it stands in the file sql_token of the warehouse")
        return b"v=" + base64.b64encode(keyed(self.verifier.server_key, signed))
