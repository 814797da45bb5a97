"""Rules about numbers with check digits that authorities and standards give out."""

from datetime import UTC, datetime

import pytest

from backk_core.declare.validators import (
    is_bic,
    is_btc_address,
    is_credit_card,
    is_credit_card_expiration,
    is_credit_card_verification_code,
    is_ean,
    is_ethereum_address,
    is_iban,
    is_identity_card,
    is_isbn,
    is_isbn_version,
    is_isin,
    is_isrc,
    is_issn,
    is_mac_address,
)
from backk_core.declare.validators.codes import _IDENTITY_CARDS, _identity_checkers

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_iban,
        "ISO 13616; SWIFT's IBAN registry",
        [
            "GB82 WEST 1234 5698 7654 32",
            "DE89370400440532013000",
            "FR1420041010050500013M02606",
            "FI2112345600000785",
            "NO9386011117947",
            "NL91ABNA0417164300",
        ],
        [
            "",
            "GB82 WEST 1234 5698 7654 33",
            "XX22YYY1234567890123",
            "FR14 2004 1010 0505 0001 3",
            "DE00370400440532013000",
            "FI21 1234 5600 0007 86",
            "FI21\x00",
            "DE89" * 20,
        ],
    ),
    (
        is_bic,
        "ISO 9362; validator.js isBIC",
        ["SBICKEN1345", "SBICKEN1", "SBICKENY", "NDEAFIHH", "DEUTDEFF500"],
        ["", "SBIC23NXXX", "S23CKENXXXX", "SBICKENXX", "SBICKENXX9", "NDEAXXHH", "DEUTDEFF5000"],
    ),
    (
        is_ean,
        "GS1 General Specifications; validator.js isEAN",
        [
            "9421023610112",
            "1234567890128",
            "4012345678901",
            "9780201379624",
            "9771144875007",
            "73513537",
            "00012345600012",
        ],
        ["5901234123451", "079777681629", "0705632085948", "735135370", "", "7351353x", "9421023610113"],
    ),
    (
        is_isin,
        "ISO 6166; validator.js isISIN",
        [
            "AU0000XVGZA3",
            "DE000BAY0017",
            "BE0003796134",
            "SG1G55870362",
            "GB0001411924",
            "DE000WCH8881",
            "US0378331005",
        ],
        ["DE000BAY0018", "PLLWBGD00019", "foo", "5398228707871528", "", "US037833100", "XX0378331005"],
    ),
    (
        is_issn,
        "ISO 3297; validator.js isISSN",
        ["0378-5955", "0000-0000", "2434-561X", "2434-561x", "01896016", "20905076"],
        ["0378-5954", "0000-0001", "0378-123", "037-1234", "0", "2434-561c", "1684-5370", "19960791", ""],
    ),
    (
        is_isrc,
        "ISO 3901; validator.js isISRC",
        ["USAT29900609", "GBAYE6800011", "USRC15705223", "USCA29500702", "US-S1Z-99-00001"],
        ["USAT2990060", "SRC15705223", "US-CA29500702", "USARC15705223", "", "U1AT29900609"],
    ),
    (
        is_mac_address,
        "IEEE 802; validator.js isMACAddress",
        [
            "ab:ab:ab:ab:ab:ab",
            "FF:FF:FF:FF:FF:FF",
            "01:02:03:04:05:ab",
            "01:AB:03:04:05:06",
            "A9 C5 D4 9F EB D3",
            "01 02 03 04 05 ab",
            "01-02-03-04-05-ab",
            "00-00-5E-00-53-01",
        ],
        [
            "abc",
            "01:02:03:04:05",
            "01:02:03:04::ab",
            "1:2:3:4:5:6",
            "AB:CD:EF:GH:01:02",
            "A9C5 D4 9F EB D3",
            "01-02 03:04 05 ab",
            "0102030405ab",
            "",
        ],
    ),
    (
        is_isbn,
        "ISO 2108; validator.js isISBN",
        [
            "3836221195",
            "3-8362-2119-5",
            "3 8362 2119 5",
            "1617290858",
            "9783836221191",
            "978-3-8362-2119-1",
            "9784873113685",
        ],
        ["3423214121", "3-423-21412-1", "978-3836221190", "01234567890ab", "foo", "", "9783836221190"],
    ),
    (
        is_isbn_version(10),
        "validator.js isISBN",
        ["3836221195", "3-8362-2119-5", "1617290858", "0007269706", "3423214120", "340101319X"],
        ["3423214121", "978-3836221191", "123456789a", "foo", "", "9783836221191"],
    ),
    (
        is_isbn_version(13),
        "validator.js isISBN",
        ["9783836221191", "978-3-8362-2119-1", "9783401013190", "9784873113685", "978 3401013190"],
        ["9783836221190", "3836221195", "01234567890ab", "foo", ""],
    ),
    (
        is_credit_card,
        "payment networks' published test numbers; ISO/IEC 7812",
        [
            "4111 1111 1111 1111",
            "4716-2210-5188-5662",
            "375556917985515",
            "36050234196908",
            "5398228707871527",
            "2222155765072228",
            "6263892624162870",
            "6765780016990268",
            "3530111333300000",
        ],
        [
            "foo",
            "5398228707871528",
            "2718760626256571",
            "4111 1111 1111 1112",
            "",
            "0000 0000 0000 0000",
            "4111",
            "4" * 40,
            "4111\x001111",
        ],
    ),
    (
        is_credit_card_verification_code,
        "ISO/IEC 7813; three digits, four of American Express",
        ["000", "123", "999", "1234"],
        ["", "12", "12345", "12a", "٣٣٣", " 123", 123],
    ),
    (
        is_identity_card("FI"),
        "Digital and Population Data Services Agency; validator.js isIdentityCard",
        ["131052-308T", "131052A308T", "120464-126J", "131052-313Y"],
        ["131052-308U", "310252-308Y", "12345", "", "131052/308T"],
    ),
    (
        is_identity_card("es-ES"),
        "Spanish Ministry of the Interior; python-stdnum",
        ["54362315K", "54362315-K", "x-2482300w", "X2482300W", "X5253868R"],
        ["54362315Z", "X-2482300A", "X5253868D", "", "1234"],
    ),
    (
        is_identity_card("nb_NO"),
        "Norwegian Tax Administration; validator.js isIdentityCard",
        ["09053426694", "26028338723", "08031470790", "12051539514"],
        ["09053426699", "00053426694", "26028338724", "26028338722", ""],
    ),
    (
        is_identity_card("IT"),
        "Italian Ministry of the Interior; validator.js isIdentityCard",
        ["CR43675TM", "CA79382RA", "ca79382ra", "CZ99999ZZ"],
        ["CB2342TG", "CS123456A", "C1236EC", "", "XR43675TM", "CR4367٣TM"],
    ),
    (
        is_identity_card("pl-PL"),
        "Polish Ministry of Digital Affairs; validator.js isIdentityCard",
        ["99012229019", "09210215408", "20313034701", "86051575214"],
        ["aa", "5", "", "12345678901", "99212229019", "20313534701"],
    ),
    (
        is_identity_card("he-IL"),
        "Israeli Population Authority; validator.js isIdentityCard",
        ["219472156", "219486610", "334795465", "337090443"],
        ["123456789", "12345678A", "", "219772156", "334705465"],
    ),
    (
        is_identity_card("LK"),
        "Sri Lanka's Department for Registration of Persons; validator.js isIdentityCard",
        ["722222222v", "993151225X", "199931512253", "935632124V"],
        ["02135465462", "199931512253X", "", "72222222V", "722222222A"],
    ),
    (
        is_ethereum_address,
        "EIP-55; validator.js isEthereumAddress",
        [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0xde709f2102306220921060314715629080e2fb77",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ],
        [
            "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xGHIJK05pwm37asdf5555QWERZCXV2345AoEuIdHt",
            "0xFCb5AFB808b5679b4911230Aa41FfCD0cd33",
            "00b5679b4911230Aa41FfCD0cd335b422222222222",
            "foobar",
            "",
        ],
    ),
    (
        is_btc_address,
        "BIP 173, BIP 350 and the Bitcoin wiki",
        [
            "1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        ],
        [
            "1NEDqZPvTWRaoho48qXuLLsrYomMXPABfX",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
            "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
            "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
            "bc1gmk9yu",
            "foobar",
            "",
            "0" * 34,
            "bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
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


@pytest.mark.parametrize("value", ["03/24", "12/24", "03/2024", "01/99", "12/9999"])
def test_a_card_is_valid_to_the_end_of_its_month(value, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2024, 3, 31, 23, 59, tzinfo=UTC))
    assert is_credit_card_expiration.accepts(value)


@pytest.mark.parametrize(
    "value", ["02/24", "12/23", "12/2023", "13/24", "00/25", "3/24", "03-24", "03/24 ", "", "03/1024"]
)
def test_a_card_that_is_over_or_no_month_is_refused(value, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2024, 3, 31, 23, 59, tzinfo=UTC))
    assert not is_credit_card_expiration.accepts(value)


def test_metadata_is_spelled_as_in_the_contract():
    assert is_credit_card.metadata() == "isCreditCard()"
    assert is_credit_card_expiration.metadata() == "isCreditCardExpiration()"
    assert is_credit_card_verification_code.metadata() == "isCardVerificationCode()"


@pytest.mark.parametrize(
    "declare", [lambda: is_identity_card("XX"), lambda: is_identity_card("en-US"), lambda: is_isbn_version(12)]
)
def test_an_unknown_parameter_is_refused_at_declaration(declare):
    with pytest.raises(ValueError, match=r"write|takes"):
        declare()


# The countries whose identity cards are known have a checker in the installed library.
@pytest.mark.parametrize("country", sorted(_IDENTITY_CARDS))
def test_each_known_country_has_its_checker(country):
    assert _identity_checkers(country)
    assert not is_identity_card(country).accepts("")
