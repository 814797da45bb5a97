"""Rules about how bytes and identifiers are written in characters: base64, hashes, UUIDs, versions, data URIs."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import unquote_to_bytes
from uuid import UUID

from .base import spell
from .texts import TextRule

Algorithm = Literal[
    "md4", "md5", "sha1", "sha256", "sha384", "sha512", "ripemd128", "ripemd160", "tiger128", "tiger160", "tiger192",
    "crc32", "crc32b",
]  # fmt: skip
_HASH_LENGTHS: dict[str, int] = {
    **dict.fromkeys(("crc32", "crc32b"), 8),
    **dict.fromkeys(("md4", "md5", "ripemd128", "tiger128"), 32),
    **dict.fromkeys(("sha1", "ripemd160", "tiger160"), 40),
    "tiger192": 48,
    "sha256": 64,
    "sha384": 96,
    "sha512": 128,
}
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = b"0123456789"
_HEX = _DIGITS + b"abcdefABCDEF"
_BASE32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BASE64 = _LETTERS + _DIGITS + b"+/"
# RFC 3986: reserved, unreserved and escaped characters; white space is what line-wrapped documents add.
_URL = _LETTERS + _DIGITS + b"-._~:/?@!$&'()*+,;=% \t\n\r\f\v"
_MIME_NAME = _LETTERS + _DIGITS + b"!#$&-^_.+"
_MIME_TOPS = frozenset(
    {"application", "audio", "example", "font", "haptics", "image", "message", "model", "multipart", "text", "video"}
)
# RFC 6838 bounds a type and a subtype to 127 characters each; the rest is for parameters.
_LONGEST_MIME_TYPE = 512
_LONGEST_SEMVER = 256


class IsBase32(TextRule):
    """Base32 with its padding (RFC 4648, section 6), not empty."""

    name = "isBase32"
    message = "must be base32 encoded"
    example = "MZXW6YTBOI======"
    schema = {"pattern": "^[A-Z2-7]+=*$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not value or len(value) % 8:
            return False
        digits = value.rstrip("=")
        return len(value) - len(digits) in (0, 1, 3, 4, 6) and consists_of(digits, _BASE32)


class IsBase64(TextRule):
    """Base64 with its padding (RFC 4648, section 4), not empty."""

    name = "isBase64"
    message = "must be base64 encoded"
    example = "Zm9vYmFy"
    schema = {"pattern": "^[A-Za-z0-9+/]+={0,2}$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not value or len(value) % 4:
            return False
        digits = value.rstrip("=")
        return len(value) - len(digits) <= 2 and consists_of(digits, _BASE64)


class IsHexadecimal(TextRule):
    """Hexadecimal digits, with `0x` or `0h` before them or not."""

    name = "isHexadecimal"
    message = "must be a hexadecimal number"
    example = "deadBEEF"
    schema = {"pattern": "^(0[xXhH])?[0-9a-fA-F]+$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        return consists_of(value[2:] if value[:2] in ("0x", "0X", "0h", "0H") else value, _HEX)


class IsOctal(TextRule):
    """Octal digits, with `0o` before them or not."""

    name = "isOctal"
    message = "must be valid octal number"
    example = "0o755"
    schema = {"pattern": "^(0[oO])?[0-7]+$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        return consists_of(value[2:] if value[:2] in ("0o", "0O") else value, b"01234567")


@dataclass(frozen=True)
class IsHash(TextRule):
    """The hexadecimal digest of an algorithm, by its length."""

    algorithm: Algorithm
    name = "isHash"

    def __post_init__(self) -> None:
        if self.algorithm not in _HASH_LENGTHS:
            raise ValueError(f"is_hash({self.algorithm!r}) is not known: write one of {spell(_HASH_LENGTHS)}")

    @property
    def message(self) -> str:
        return f"must be a hash of type {self.algorithm}"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) == _HASH_LENGTHS[self.algorithm] and consists_of(value, _HEX)

    def json_schema(self) -> dict[str, Any]:
        return {"pattern": f"^[0-9a-fA-F]{{{_HASH_LENGTHS[self.algorithm]}}}$"}

    def sample(self) -> str:
        return ("0123456789abcdef" * 8)[: _HASH_LENGTHS[self.algorithm]]


@dataclass(frozen=True)
class IsUuid(TextRule):
    """A UUID of RFC 9562 in its hyphenated form, of one version (3, 4, 5, 7) or any."""

    version: Literal[3, 4, 5, 7, "all"] = "all"
    name = "isUuid"
    message = "must be an UUID"

    def __post_init__(self) -> None:
        if self.version not in (3, 4, 5, 7, "all"):
            raise ValueError("is_uuid_version() takes 3, 4, 5 or 7; is_uuid is of any version")

    @property
    def arguments(self) -> tuple[Any, ...]:
        return () if self.version == "all" else (self.version,)

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) != 36 or value[8::5][:4] != "----":
            return False
        if len(digits := value.replace("-", "")) != 32 or not consists_of(digits, _HEX):
            return False
        return self.version == "all" or UUID(digits).version == self.version

    def json_schema(self) -> dict[str, Any]:
        return {"format": "uuid", "minLength": 36, "maxLength": 36}

    def sample(self) -> str:
        return f"6ba7b810-9dad-{4 if self.version == 'all' else self.version}1d1-80b4-00c04fd430c8"


class IsMongoId(TextRule):
    """The 24 hexadecimal digits of a MongoDB ObjectId."""

    name = "isMongoId"
    message = "must be a mongodb id"
    example = "507f1f77bcf86cd799439011"
    schema = {"pattern": "^[0-9a-fA-F]{24}$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) == 24 and consists_of(value, _HEX)


class IsFirebasePushId(TextRule):
    """The 20 web-safe characters of a Firebase push id."""

    name = "IsFirebasePushId"
    message = "must be a Firebase Push Id"
    example = "-M-Jh_1KAH5rYJF_7-kY"
    schema = {"pattern": "^[0-9A-Za-z_-]{20}$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) == 20 and consists_of(value, _LETTERS + _DIGITS + b"-_")


class IsExternalId(TextRule):
    """The id of an entity in an external system: any characters, at least one."""

    name = "isExternalId"
    message = "must be an id of an external system"
    example = "external-1"
    schema = {"minLength": 1}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value != ""


class IsSubject(TextRule):
    """The subject of a token: at most 255 ASCII characters (OpenID Connect Core, section 2), at least one."""

    name = "isSubject"
    message = "must be an ASCII string maximum 256 characters long"
    example = "4e1f2b1c"
    schema = {"pattern": "^[\\x00-\\x7f]+$", "maxLength": 255}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and 0 < len(value) < 256 and value.isascii()


class IsMimeType(TextRule):
    """A media type (RFC 6838) of a registered top-level type, perhaps with parameters (RFC 2045), at most 512 long."""

    name = "isMimeType"
    message = "must be MIME type format"
    example = "image/png"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and names_media_type(value)


class IsDataUri(TextRule):
    """A `data:` URI (RFC 2397); base64 may lack its padding, as browsers read it (WHATWG Infra)."""

    name = "isDataUri"
    message = "is not a valid data URI"
    example = "data:image/png;base64,iVBORw0KGgo="
    schema = {"pattern": "^[Dd][Aa][Tt][Aa]:[^,]*,"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and media_type_of(value) is not None


@dataclass(frozen=True, init=False)
class AcceptFileTypes(TextRule):
    """A `data:` URI whose media type is one of these: `image/*`, `image/png`, or by file extension, `.jpg`."""

    file_types: tuple[str, ...]
    name = "acceptFileTypes"
    schema = IsDataUri.schema

    def __init__(self, *file_types: str) -> None:
        if not file_types:
            raise ValueError("no file type given: write for example accept_file_types('image/*', '.pdf')")
        for file_type in file_types:
            _wanted_type(file_type)
        object.__setattr__(self, "file_types", file_types)

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        return self.file_types

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (self.file_types,)

    @property
    def message(self) -> str:
        return f"is not valid file type: {spell(self.file_types)}"

    def accepts(self, value: Any) -> bool:
        media_type = media_type_of(value) if isinstance(value, str) else None
        if media_type is None:
            return False
        accepted = (media_type, f"{media_type.partition('/')[0]}/")
        return any(_wanted_type(file_type) in accepted for file_type in self.file_types)

    def sample(self) -> str:
        wanted = _wanted_type(self.file_types[0])
        return f"data:{wanted}{'png' if wanted.endswith('/') else ''};base64,iVBORw0KGgo="


class IsSemVer(TextRule):
    """A version of Semantic Versioning 2.0.0, at most 256 characters."""

    name = "isSemVer"
    message = "must be a Semantic Versioning Specification"
    example = "1.0.0-beta.13"
    schema = {"pattern": "^[0-9]+[.][0-9]+[.][0-9]+", "maxLength": _LONGEST_SEMVER}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_SEMVER or not value.isascii() or "\n" in value:
            return False
        from semver import Version

        return Version.is_valid(value)


def consists_of(text: str, letters: bytes) -> bool:
    """Tells whether the text has at least one character and only these, in one pass of C."""
    return text.isascii() and text != "" and not text.encode().translate(None, letters)


def names_media_type(text: str) -> bool:
    """Tells whether the text is a media type with well-formed parameters."""
    top, _, rest = text.partition("/")
    if top.lower() not in _MIME_TOPS or not text.isascii() or len(text) > _LONGEST_MIME_TYPE:
        return False
    subtype, separator, _ = rest.partition(";")
    if not separator:
        return consists_of(subtype, _MIME_NAME) and subtype[0].isalnum() and len(subtype) <= 127
    # Nested comments cost the parser more than linear time, and nobody writes them.
    if rest.count("(") > 1 or rest.rstrip().endswith(";"):
        return False
    return not _header_registry()("content-type", text).defects


def media_type_of(uri: str) -> str | None:
    """The media type of a data URI in lower case, RFC 2397's default where it has none; None where it is not one."""
    header, comma, data = uri.partition(",")
    if header[:5].lower() != "data:" or not comma or len(header) > _LONGEST_MIME_TYPE or not data.isascii():
        return None
    media_type, *attributes = header[5:].strip().split(";")
    is_base64 = bool(attributes) and attributes[-1].lower() == "base64"
    if is_base64:
        attributes.pop()
    top, slash, subtype = media_type.partition("/")
    if media_type and not (consists_of(top, _MIME_NAME) and slash and consists_of(subtype, _MIME_NAME)):
        return None
    if not all(map(_is_attribute, attributes)):
        return None
    encoded = data.encode()
    if encoded.translate(None, _URL) or (is_base64 and not _is_forgiving_base64(encoded)):
        return None
    return media_type.lower() or "text/plain"


def _is_attribute(attribute: str) -> bool:
    name, _, value = attribute.partition("=")
    return consists_of(name, _MIME_NAME) and consists_of(value, _MIME_NAME + b'%"' + b"'")


def _is_forgiving_base64(encoded: bytes) -> bool:
    digits = (unquote_to_bytes(encoded) if b"%" in encoded else encoded).translate(None, b" \t\n\r\f")
    if len(digits) % 4 == 0:
        digits = digits[:-2] + digits[-2:].rstrip(b"=")
    return len(digits) % 4 != 1 and not digits.translate(None, _BASE64)


@cache
def _wanted_type(file_type: str) -> str:
    """The media type that a file type stands for, `image/` for `image/*`. Raises ValueError where it is not known."""
    found = mimetypes.guess_type(f"file{file_type}")[0] if file_type.startswith(".") else file_type
    if found is None or not names_media_type(found.replace("/*", "/any")):
        raise ValueError(
            f"file type {file_type!r} is not known: write a media type, such as 'image/png' or 'image/*', or '.jpg'"
        )
    return found.lower().removesuffix("*")


@cache
def _header_registry() -> Any:
    from email.headerregistry import HeaderRegistry

    return HeaderRegistry()


is_base32 = IsBase32()
is_base64 = IsBase64()
is_hexadecimal = IsHexadecimal()
is_octal = IsOctal()
is_hash = IsHash
is_uuid = IsUuid()
is_uuid_version = IsUuid
is_mongo_id = IsMongoId()
is_firebase_push_id = IsFirebasePushId()
is_external_id = IsExternalId()
is_subject = IsSubject()
is_mime_type = IsMimeType()
is_data_uri = IsDataUri()
accept_file_types = AcceptFileTypes
is_sem_ver = IsSemVer()
