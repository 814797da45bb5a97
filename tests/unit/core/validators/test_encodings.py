"""Rules about how bytes and identifiers are written in characters."""

import pytest

from backk_core.declare.validators import (
    accept_file_types,
    is_base32,
    is_base64,
    is_data_uri,
    is_external_id,
    is_firebase_push_id,
    is_hash,
    is_hexadecimal,
    is_mime_type,
    is_mongo_id,
    is_octal,
    is_sem_ver,
    is_subject,
    is_uuid,
    is_uuid_version,
)

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_base32,
        "RFC 4648, section 10",
        ["MY======", "MZXQ====", "MZXW6===", "MZXW6YQ=", "MZXW6YTB", "MZXW6YTBOI======"],
        [
            "",
            "12345",
            "JBSWY3DPEBLW64TMMQQQ",
            "MZXW6YTBOI=====",
            "MY=====A",
            "mzxw6===",
            "Zm8=",
            "M=======",
            "MY\x00=====",
        ],
    ),
    (
        is_base64,
        "RFC 4648, section 10",
        ["Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"],
        ["", "12345", "Vml2YW11cyBmZXJtZtesting123", "Zg=", "Z===", "Zm=8", "$AGVsbG8", "AGVsbG8=AA", "Zm-_"],
    ),
    (
        is_hexadecimal,
        "validator.js isHexadecimal",
        ["deadBEEF", "ff0044", "0xff0044", "0XfF0044", "0x0123456789abcDEF", "0hfedCBA9876543210"],
        ["abcdefg", "", "..", "0xa2h", "0xa20x", "0x", "0x0123456789abcDEFq", "zxx0123"],
    ),
    (
        is_octal,
        "validator.js isOctal",
        ["076543210", "0o01234567", "0O7", "0"],
        ["abcdefg", "012345678", "012345670c", "00c12345670c", "", "..", "0o"],
    ),
    (
        is_hash("md5"),
        "RFC 1321, section A.5",
        [
            "d41d8cd98f00b204e9800998ecf8427e",
            "0cc175b9c0f1b6a831c399e269772661",
            "900150983cd24fb0d6963f7d28e17f72",
            "F96B697D7CB7938D525A2F31AAF161D0",
        ],
        [
            "",
            "900150983cd24fb0d6963f7d28e17f7",
            "g00150983cd24fb0d6963f7d28e17f72",
            "900150983cd24fb0d6963f7d28e17f722",
            "q94375dj93458w34",
        ],
    ),
    (
        is_hash("sha256"),
        "FIPS 180-4 examples",
        [
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "248D6A61D20638B8E5C026930C3E6039A33CE45964FF2167F6ECEDD419DB06C1",
            "0" * 64,
        ],
        ["", "0" * 63, "0" * 65, "z" * 64, "ba7816bf 8f01cfea", "0" * 40],
    ),
    (
        is_hash("crc32"),
        "validator.js isHash",
        ["d94f3f01", "751adbc5", "88DADFA9", "0bf9bfa4"],
        ["KYT0bf1c35032a71a14c2f719e5a14c1", "q94375dj93458w34", "39485729348", "%&FHKJFvk", "d94f3f0"],
    ),
    (
        is_uuid,
        "RFC 9562, appendix A; validator.js isUUID",
        [
            "A987FBC9-4BED-3078-CF07-9141BA07C9F3",
            "c232ab00-9414-11ec-b3c8-9f6bdeced846",
            "5df41881-3aed-3515-88a7-2f4a814cf09e",
            "919108f7-52d1-4320-9bac-f847db4148a8",
            "2ed6657d-e927-568b-95e1-2665a8aea6a2",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        ],
        [
            "",
            "xxxA987FBC9-4BED-3078-CF07-9141BA07C9F3",
            "934859",
            "987FBC9-4BED-3078-CF07A-9141BA07C9F3",
            "AAAAAAAA-1111-1111-AAAG-111111111111",
            "919108f752d143209bacf847db4148a8",
            "{919108f7-52d1-4320-9bac-f847db4148}",
            "919108f7-52d1-4320-9bac-f847db4148a٣",
            "919108f7-52d1-4320-9bac-f8_7db4148a8",
        ],
    ),
    (
        is_uuid_version(3),
        "RFC 9562, appendix A.2; uuid module",
        [
            "5df41881-3aed-3515-88a7-2f4a814cf09e",
            "6fa459ea-ee8a-3ca4-894e-db77e160355e",
            "5DF41881-3AED-3515-88A7-2F4A814CF09E",
            "45a113ac-c7f2-30b0-90a5-a399ab912716",
        ],
        [
            "",
            "919108f7-52d1-4320-9bac-f847db4148a8",
            "2ed6657d-e927-568b-95e1-2665a8aea6a2",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        ],
    ),
    (
        is_uuid_version(4),
        "validator.js isUUID",
        [
            "713ae7e3-cb32-45f9-adcb-7c4fa86b90c1",
            "625e63f3-58f5-40b7-83a1-a72ad31acffb",
            "57b73598-8764-4ad0-a76a-679bb6640eb1",
            "9c858901-8a57-4791-81fe-4c455b099bc9",
            "919108f7-52d1-4320-9bac-f847db4148a8",
        ],
        [
            "",
            "xxxA987FBC9-4BED-3078-CF07-9141BA07C9F3",
            "934859",
            "AAAAAAAA-1111-1111-AAAG-111111111111",
            "A987FBC9-4BED-5078-AF07-9141BA07C9F3",
            "713ae7e3-cb32-45f9-cdcb-7c4fa86b90c1",
        ],
    ),
    (
        is_uuid_version(5),
        "validator.js isUUID",
        [
            "987FBC97-4BED-5078-AF07-9141BA07C9F3",
            "987FBC97-4BED-5078-BF07-9141BA07C9F3",
            "987FBC97-4BED-5078-8F07-9141BA07C9F3",
            "987FBC97-4BED-5078-9F07-9141BA07C9F3",
        ],
        [
            "",
            "AAAAAAAA-1111-1111-AAAG-111111111111",
            "9c858901-8a57-4791-81fe-4c455b099bc9",
            "A987FBC9-4BED-3078-CF07-9141BA07C9F3",
            "934859",
        ],
    ),
    (
        is_uuid_version(7),
        "RFC 9562, appendix A.6; validator.js isUUID",
        [
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "018C544A-D384-7000-BB74-3B1738ABE43C",
            "018C544A-D384-7000-9B74-3B1738ABE43C",
            "018C544A-D384-7000-8B74-3B1738ABE43C",
        ],
        [
            "",
            "919108f7-52d1-4320-9bac-f847db4148a8",
            "2ed6657d-e927-568b-95e1-2665a8aea6a2",
            "018C544A-D384-7000-CB74-3B1738ABE43C",
            "934859",
        ],
    ),
    (
        is_mongo_id,
        "validator.js isMongoId; MongoDB manual",
        [
            "507f1f77bcf86cd799439011",
            "507f191e810c19729de860ea",
            "000000000000000000000000",
            "FFFFFFFFFFFFFFFFFFFFFFFF",
        ],
        [
            "507f1f77bcf86cd7994390",
            "507f1f77bcf86cd79943901z",
            "",
            "507f1f77bcf86cd799439011 ",
            "0x7f1f77bcf86cd799439011",
        ],
    ),
    (
        is_firebase_push_id,
        "class-validator's tests",
        ["-M-Jh_1KAH5rYJF_7-kY", "-M1yvu7FKe87rR_62NH7", "-M1z0zsYNYsJJuhsqwDC", "00000000000000000000"],
        ["", "5584", "-M-Jh_1KAH5rYJF_7-k", "-M-Jh_1KAH5rYJF_7-kYY", "-M-Jh_1KAH5rYJF.7-kY", "-M-Jh_1KAH5rYJF_7-kä"],
    ),
    (
        is_external_id,
        "ids of other systems",
        ["1", "sku-99", "ä☃", "cus_9s6XKzkNRiz8i3", " "],
        ["", None, 1, b"1", ["1"], True],
    ),
    (
        is_subject,
        "OpenID Connect Core 1.0, section 2",
        ["24400320", "AItOawmwtWwcT0k51BayewNvutrJUqsvl6qs7A4", "auth0|5f7c8ec7c33c6c004bbafe82", "a" * 255],
        ["", "a" * 256, "jäne", "\ud800", None, 1],
    ),
    (
        is_data_uri,
        "RFC 2397, section 4; validator.js isDataURI; WHATWG Fetch",
        [
            "data:,A%20brief%20note",
            "data:text/plain;charset=iso-8859-7,%be%fg%be",
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==",
            "data:text/vnd-example+xyz;foo=bar;base64,R0lGODdh",
            "data:,",
            "data:;base64,",
            "data:text/html;charset=US-ASCII,%3Ch1%3EHello!%3C%2Fh1%3E",
            "data:image/svg+xml;utf8=1,a",
            "data:;base64,QQ",
            "data:;base64,QU %3D%3D",
            "data:application/vnd.ms-excel;base64,QUJDREVGRw==",
        ],
        [
            "dataxbase64",
            "data:HelloWorld",
            "data:text/html;charset=,%3Ch1%3EHello!%3C%2Fh1%3E",
            "data:text/html;charset,%3Ch1%3EHello!",
            "data:base64,iVBORw0KGgo",
            "",
            "http://wikipedia.org",
            "base64",
            "iVBORw0KGgo=",
            "data:image/png;base64,ä",
            "data:image/png;base64,a",
            "data:image/png;base64,QQ=QQ===",
            "data:text/html,<b>",
            "data:image/png;base64,QQ\x00=",
        ],
    ),
    (
        accept_file_types("image/*", ".jpg", "application/pdf"),
        "HTML, the accept attribute",
        [
            "data:image/png;base64,iVBORw0KGgo=",
            "data:image/jpeg,a",
            "data:IMAGE/GIF;base64,R0lGODdh",
            "data:application/pdf;base64,JVBERg==",
        ],
        ["data:text/plain,a", "data:,a", "data:application/pdfx,a", "image/png", "data:images/png,a", ""],
    ),
    (
        accept_file_types(".jpg"),
        "the registered type of the extension",
        ["data:image/jpeg;base64,QUJD", "data:image/jpeg,a", "data:IMAGE/JPEG,a", "data:image/jpeg;foo=bar,a"],
        ["data:image/png;base64,QUJD", "data:image/jpg2,a", "data:,a", ".jpg", ""],
    ),
    (
        is_mime_type,
        "RFC 2045, RFC 6838; validator.js isMimeType",
        [
            "application/json",
            "application/xhtml+xml",
            "audio/mp4",
            "image/svg+xml",
            "font/woff2",
            "model/vnd.gtw",
            "multipart/form-data; boundary=something",
            'multipart/form-data; boundary=something; charset="utf-8"',
            "text/plain; charset=utf8",
            'Text/HTML;Charset="utf-8"',
            "text/html; charset=us-ascii (Plain text)",
        ],
        [
            "",
            " ",
            "/",
            "f",
            "application",
            "application\\json",
            "application/json/text",
            "text/html; charset=",
            "text/html;",
            "json/application",
            "image/*",
            "image/ä",
            "text/plain; a\x00=b",
            "text/" + "a" * 128,
        ],
    ),
    (
        is_sem_ver,
        "semver.org, the linked regular expression's test list",
        [
            "0.0.4",
            "1.2.3",
            "10.20.30",
            "1.1.2-prerelease+meta",
            "1.0.0-alpha.beta.1",
            "1.0.0-rc.1+build.1",
            "1.0.0-0A.is.legal",
            "99999999999999999999999.999999999999999999.99999999999999999",
            "1.0.0-alpha0.valid",
        ],
        [
            "1",
            "1.2",
            "1.2.3-0123",
            "1.2.3-0123.0123",
            "1.1.2+.123",
            "+invalid",
            "-invalid",
            "alpha",
            "1.0.0-alpha_beta",
            "01.1.1",
            "1.2.3.DEV",
            "1.2-SNAPSHOT",
            "-1.0.3-gamma+b7718",
            "1.2.3\n",
            "",
        ],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5


@pytest.mark.parametrize(
    ("algorithm", "length"),
    [
        ("md4", 32),
        ("md5", 32),
        ("sha1", 40),
        ("sha256", 64),
        ("sha384", 96),
        ("sha512", 128),
        ("ripemd128", 32),
        ("ripemd160", 40),
        ("tiger128", 32),
        ("tiger160", 40),
        ("tiger192", 48),
        ("crc32", 8),
        ("crc32b", 8),
    ],
)
def test_a_digest_has_the_length_of_its_algorithm(algorithm, length):
    rule = is_hash(algorithm)
    assert rule.accepts(rule.sample())
    assert rule.accepts("a" * length)
    assert not rule.accepts("a" * (length + 1))
    assert not rule.accepts("a" * (length - 1))


@pytest.mark.parametrize(
    "declare",
    [
        lambda: is_hash("sha3"),
        lambda: is_uuid_version(2),
        lambda: accept_file_types(),
        lambda: accept_file_types(".nosuchextension"),
        lambda: accept_file_types("pictures"),
    ],
)
def test_an_unknown_parameter_is_refused_at_declaration(declare):
    with pytest.raises(ValueError, match=r"write|takes"):
        declare()


def test_metadata_is_spelled_as_in_the_contract():
    assert is_data_uri.metadata() == "isDataUri()"
    assert is_subject.metadata() == "isSubject()"
    assert is_uuid_version(4).metadata() == "isUuid(4)"
    assert accept_file_types("image/*", ".jpg").metadata() == "acceptFileTypes(image/*,.jpg)"
