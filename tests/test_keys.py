"""Keys are found wherever they stand, nothing else is, and nothing that is shown holds a piece of one."""

from __future__ import annotations

import base64
import random
import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oaklint.sdk.key_families import UNKNOWN_ISSUER
from oaklint.sdk.keys import (
    KEY_FAMILIES,
    describe,
    find_keys,
    fingerprint,
    is_credential,
    is_dummy,
    is_placeholder,
    looks_random,
    redact,
)
from oaklint.sdk.redaction import Repeats, named_credentials
from oaklint.sdk.rows import cover_pieces, cover_words, literals
from tests.keys import MAKERS, MARKER, START, key_body, make_key, plant

# A plain credential has no structure to be found by.
KEYS = sorted(MAKERS.keys() - {"credential"})

# Families whose name in the table differs from the name of the maker, which tells lengths apart.
FOUND_AS = {maker: maker if maker in KEY_FAMILIES else maker.rstrip("0123456789").rstrip("-") for maker in KEYS}
SEEDS = range(200)
MARKED = [family for family in KEY_FAMILIES.values() if family.pattern is None]

EMBEDDINGS = [
    '"{}"',
    "'{}'",
    "key={},next",
    "密钥{}是",
    "<{}>",
    r"\"{}\"",
    r"line\n{}\n",
    "https://example.org/?key={}&x=1",
    "https://example.org/?q=%3D{}",
    "({}).",
    "_{}",
    "key_{}",
    "a\n{}\nb",
    "# {}",
    "Authorization: Bearer {}",
]


@pytest.mark.parametrize("maker", KEYS)
def test_finds_every_family(maker: str) -> None:
    found = 0
    for seed in SEEDS:
        key = make_key(maker, seed)
        matches = list(find_keys(f"x = '{key}'"))
        assert len(matches) <= 1
        for match in matches:
            assert (match.family, match.start, match.length) == (FOUND_AS[maker], 5, len(key))
            found += 1
    certain = KEY_FAMILIES[FOUND_AS[maker]].tier == "certain"
    # What is only probable must look random, and one key in several hundred does not; of short ones, some more.
    assert found == len(SEEDS) if certain else found >= (0.98 if len(key) >= 35 else 0.9) * len(SEEDS)


@pytest.mark.parametrize("embedding", EMBEDDINGS)
@pytest.mark.parametrize("maker", KEYS)
def test_finds_it_in_any_place(maker: str, embedding: str) -> None:
    key = make_key(maker, "place")
    text = embedding.format(key)
    (match,) = find_keys(text)
    assert text[match.start : match.end] == key


@pytest.mark.parametrize("maker", [name for name in KEYS if KEY_FAMILIES[FOUND_AS[name]] in MARKED])
def test_a_marker_needs_no_boundary(maker: str) -> None:
    key = make_key(maker)
    assert [match.start for match in find_keys(f"X{key}")] == [1]


def test_finds_several_in_one_text() -> None:
    families = ["openai-project", "anthropic", "openai-user", "unknown-48", "openrouter"]
    text = plant("\n".join(f"{family} = '<key:{family}>'" for family in families))
    assert [match.family for match in find_keys(text)] == families


def test_glued_keys_are_told_apart() -> None:
    first, second = make_key("openai-user", 1), make_key("openai-project", 2)
    text = f"{first}_{second}"
    assert [text[match.start : match.end] for match in find_keys(text)] == [first, second]


def _filler_keys() -> list[str]:
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [
        START + "x" * 20 + MARKER + "x" * 20,
        START + "proj-" + "abc123" * 12 + MARKER + "abc123" * 12,
        START + alphabet[:20] + MARKER + alphabet[20:40],
        START + "ant-api03-" + "x" * 93 + "AA",
        START + "or-v1-" + "0123456789abcdef" * 4,
        START + "lf-" + "00000000-0000-0000-0000-000000000000",
        START + "lf-" + "12345678-1234-1234-1234-123456789012",
        START + "0123456789abcdef" * 2,
        START + "1234567890" * 4,
        START + "1234567890abcdef" * 3,
        START + "abcdefghijklmnopqrstuvwxyz" + "ABCDEFGHIJKLMNOPQRSTUV",
        START + "proj-" + "YOUR_KEY_HERE_" * 4,
        START + "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6",
        START + "1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o6p7q8r9s0t1u2v3w4x",
        START + "proj-" + "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789" * 2,
        START + "proj-" + "abc123def456ghi789jkl012mno345pqr678stu901vwx234yz",
        START + "a1b2c3d4e5f6" * 4,
        START + "abcDEF123ghiJKL456mnoPQR789stuVWX012yzaBCD345efg",
        START + "proj-" + "this-is-an-example-key-of-some-project-2024-x",
        START + "ThisIsMyVerySecretKeyForTestingPurposes0123456789"[:48],
    ]


@pytest.mark.parametrize("text", _filler_keys())
def test_leaves_filler_alone(text: str) -> None:
    assert list(find_keys(f"api_key='{text}'")) == []


@pytest.mark.parametrize(
    "text",
    [
        "task-3f2a9b8c7d6e5f4a3b2c1d0e9f8a7b6c",
        "risk-assessment-of-the-long-running-project-number-12345678",
        "disk-" + "5d41402abc4b2a76b9719d911017c592",
        '<div id="sk-container-id-1" class="sk-top-container"><label for="sk-estimator-id-12">',
        '<a class="sk-estimator-doc-link fitted" rel="noreferrer"',
        "csk-" + "h4k2v9x8" * 6,
        "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc4eC39HqLyjWDarjtT1zdp7dc",
        "sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc",
        "sk-toggleable__content.sk-toggleable__label-arrow:before",
        "123e4567-e89b-42d3-a456-426614174000",
        "https://example.org/blog/how-to-ask-an-ai-for-help-2024-05-06-and-what-it-answers",
        "sk-...",
        START + "x" * 48,
        "sk-test-key-for-the-continuous-integration-1234567890",
        "sk-ant-api03-xxxx",
        START + "proj-",
        "sk-no-key-required",
        "T3Blb" + "kFJ",
        "",
    ],
)
def test_leaves_look_alikes_alone(text: str) -> None:
    assert list(find_keys(text)) == []


def test_leaves_encoded_data_alone() -> None:
    source = random.Random(7)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        blob = encode(source.randbytes(60_000)).decode()
        for position in range(0, len(blob), 997):
            blob = blob[:position] + START + blob[position + 3 :]
        assert list(find_keys(blob)) == []


def test_says_whose_key_it_is_and_shows_none_of_it() -> None:
    key = make_key("openai-project")
    (match,) = find_keys(key)
    assert describe(match) == f"OpenAI project key ({START}proj-..., 164 characters) [fp {match.fingerprint}]"
    assert match.fingerprint == fingerprint("openai-project", key)
    body = key_body("openai-project", key)
    shown = describe(match) + repr(match)
    assert not any(body[at : at + 5] in shown for at in range(len(body) - 5))


@pytest.mark.parametrize("maker", sorted(maker for maker in KEYS if KEY_FAMILIES[FOUND_AS[maker]].issuer == UNKNOWN_ISSUER))
def test_names_no_issuer_where_nobody_can_know(maker: str) -> None:
    (match,) = find_keys(make_key(maker))
    assert match.issuer == "an unknown issuer"
    assert describe(match).startswith("probable API key of an unknown issuer (")
    assert match.tier == "probable"


def test_fingerprints_are_stable_and_tell_keys_apart() -> None:
    assert len({match.fingerprint for seed in range(50) for match in find_keys(make_key("openai-user", seed))}) == 50
    assert len({match.fingerprint for match in find_keys(f"{make_key('openai-user')}\n" * 3)}) == 1


# Redaction


def survives(family: str, key: str, shown: str) -> bool:
    body = key_body(family, key)
    return any(body[at : at + 8] in shown for at in range(len(body) - 7))


@settings(max_examples=300, deadline=None)
@given(
    family=st.sampled_from(KEYS),
    seed=st.integers(0, 10**6),
    before=st.text(max_size=30),
    after=st.text(max_size=30),
)
def test_no_window_of_a_key_survives(family: str, seed: int, before: str, after: str) -> None:
    key = make_key(family, seed)
    text = before + key + after
    shown = redact(text)
    assert len(shown) == len(text)
    assert all(now in (was, "*") for was, now in zip(text, shown, strict=True))
    assert not survives(family, key, shown)
    assert redact(shown) == shown


@pytest.mark.parametrize("embedding", EMBEDDINGS)
@pytest.mark.parametrize("maker", KEYS)
def test_redacts_in_any_place(maker: str, embedding: str) -> None:
    for seed in range(20):
        key = make_key(maker, seed)
        assert not survives(maker, key, redact(embedding.format(key)))


def test_redacts_what_is_left_of_a_key() -> None:
    key = make_key("openai-project")
    for length in range(24, len(key), 7):
        shown = redact(f'key = "{key[:length]}" \\\n  "{key[length:]}"')
        assert not survives("openai-project", key, shown)
    backwards = redact(f'key = "{key[::-1]}"[::-1]')
    assert not survives("openai-project", key, backwards[::-1])


def test_covers_words_that_may_be_drawn_at_random() -> None:
    key = make_key("openai-project")
    for word in (key[24:], key[60:100], key[70:82], make_key("credential"), make_key("credential", 1)[:12], "0d8f3b1e5c7a"):
        assert cover_words(f"a {word}\n") == f"a {'*' * len(word)}\n"
        assert cover_words(f"a({word})", is_code=True) == f"a({'*' * len(word)})"


@pytest.mark.parametrize("pieces", ['"{}", "{}"', "'{}' + '{}'", '"{}" "{}"'])
def test_covers_pieces_of_few_characters(pieces: str) -> None:
    key = make_key("credential")
    text = ", ".join(pieces.format(*key[at : at + 2]) for at in range(0, len(key), 2))
    assert not set(cover_pieces(text)) & set(key)


def test_covers_the_numbers_of_characters() -> None:
    key = make_key("openai-user")
    for text in (str([*map(ord, key)]), ", ".join(map(hex, map(ord, key))), " + ".join(f"chr({ord(each)})" for each in key)):
        assert not re.search("[0-9]", cover_pieces(text))


@pytest.mark.parametrize(
    "text",
    [
        *("chat_completions_create_with_retries_and_timeout", "gpt-4o-mini-2024-07-18", "text-embedding-3-small", "utf8", "o3"),
        *(
            "AsyncAzureOpenAI(max_retries=3)",
            "HTTPSConnection",
            "https://api.deepseek.com/v1",
            "meta-llama/Llama-3.3-70B-Instruct",
        ),
        *(
            "You are a helpful assistant.",
            "base64.b64decode(text)",
            "hashlib.sha256(data).hexdigest()",
            "[1, 2, 3]",
            "2024-11-05",
        ),
    ],
)
def test_shows_words_that_people_write(text: str) -> None:
    assert cover_words(text, is_code=True) == text
    assert "(" in text or cover_words(text) == text


NAMED = [
    "api_key='@'",
    'api_key = "@"',
    "api_key: str = '@'",
    "{'api_key': '@'}",
    "os.environ['OPEN_AI_KEY'] = '@'",
    "setdefault('SERVICE_TOKEN', '@')",
    "client_secret2 = b'@'",
    "password=f'@'",
]


@pytest.mark.parametrize("text", NAMED)
def test_knows_what_is_called_a_credential(text: str) -> None:
    for secret in ("Tok_Zq7e-live-Kd93x", "Gr\u00fcn 42 Blau 7x"):
        written = text.replace("@", secret)
        assert [written[start:end] for start, end in named_credentials(written)] == [secret]
    for other in ("YOUR_API_KEY", "test-key", "EMPTY", "<your key>", "not-needed", "{key} of {team}"):
        assert not list(named_credentials(text.replace("@", other)))


@pytest.mark.parametrize(
    "text", ["tokenizer='@'", "key='@'", "max_tokens, '@'", "monkey = '@'", "api_key == '@'", "f(api_key, '@')"]
)
def test_knows_what_is_not_called_a_credential(text: str) -> None:
    assert not list(named_credentials(text.replace("@", "Tok_Zq7e-live-Kd93x")))


def test_redacts_a_key_in_pieces() -> None:
    key = make_key("openai-user")
    for size in (4, 10, 16):
        pieces = [key[at : at + size] for at in range(0, len(key), size)]
        for joint in ('" "', '" + "', '"\n    "', '" \\\n f"'):
            assert not survives("openai-user", key, redact(f'("{joint.join(pieces)}")').replace(joint, ""))
    assert redact('["sk-...", "gpt-4o-mini"]') == '["sk-...", "gpt-4o-mini"]'


def test_keeps_the_public_prefix() -> None:
    assert redact(make_key("openai-project")) == START + "proj-" + "*" * 156
    assert redact(make_key("openai-user")) == START + "*" * 48
    assert redact(make_key("anthropic")) == START + "ant-api03-" + "*" * 95


@pytest.mark.parametrize(
    "token",
    [
        "gsk_" + "aB3dE5gH" * 7,
        "xai-" + "aB3dE5gH" * 10,
        "pplx-" + "aB3dE5gH" * 6,
        "ghp_" + "aB3dE5gH" * 5,
        "AKIA" + "J7Q2X9PLMN4RT6VW",
        "AIza" + "aB3dE5g" * 5,
        "hf_" + "aBcDeFgHiJ" * 4,
        "Bearer " + "q7Rt2LmX" * 3,
        "eyJ" + "hbGciOi9" * 3 + "." + "q7Rt2LmX" * 4 + "." + "Zk3Lw8Pq" * 4,
        '"' + "q7Rt2LmXZk3Lw8PqbN5vYc1D" + '"',
    ],
)
def test_redacts_tokens_of_others(token: str) -> None:
    shown = redact(f"x = {token} # end")
    assert "*" * 16 in shown
    assert shown.startswith("x = ")
    assert shown.endswith(" # end")


@pytest.mark.parametrize(
    "text",
    [
        "src/oaklint/sdk/key_families.py:120:17: OAK101 hardcoded-api-key",
        "task-scheduler-with-long-name task-scheduler-with-long-name-2024-05-06",
        "client = OpenAI(api_key=os.environ['OPENAI_API_KEY'])",
        "model='gpt-4o-2024-08-06', other=\"text-embedding-3-large\", 'gpt-4.1-mini-2025-04-14-preview'",
        "https://github.com/openai/openai-python/issues/1373#issuecomment-2071224571",
        "numpy==1.26.4 --hash=sha256:2a02aba9ed12e4ac4eb3ea9421c420301a0c6460d9830d74a9df87efa4912010",
        "id = '123e4567-e89b-42d3-a456-426614174000'",
        "from transformers import hf_model_name_or_path_of_the_long_name",
        "the bearer authentication-of-this-service is required",
        'x = "this_is_a_rather_long_identifier_of_the_program_2"',
        "raise AuthenticationError('Incorrect API key provided: sk-proj-****')",
        "sk-...",
        "",
    ],
)
def test_leaves_ordinary_output_alone(text: str) -> None:
    assert redact(text) == text


# Linear time

HOSTILE = [
    START,
    "-" + START,
    START + "ant-api03-",
    MARKER,
    START + "proj-",
    START + "proj-" + MARKER,
    "a-" + START,
    "Bearer ",
    "eyJ",
    "-eyJ",
    "AIza-",
    '"',
    '"' + "aB3" * 20,
    START + "a" * 40 + "-",
    f'"{START}" + ',
    f'"{START}" "',
    START + "aaaa\\\n",
    "c2st",
    "-" + START[1::-1],
    "\\x41",
    "\x1b[1m" + START,
    " ",
    "'a' ",
    "api_key='",
    "token = ",
    "secret']   = ",
]


WORK: dict[str, Callable[[str], object]] = {
    "find_keys": lambda text: list(find_keys(text)),
    "redact": redact,
    "cover_words": cover_words,
    "cover_pieces": cover_pieces,
    "literals": lambda text: list(literals(text)),
    "named_credentials": lambda text: list(named_credentials(f'api_key = "{text}')),
    "repeats": lambda text: Repeats(text[at : at + 9 + at % 500] for at in range(0, len(text), 1000)).cover(text),
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
@pytest.mark.parametrize("unit", HOSTILE)
def test_takes_linear_time(unit: str, work: Callable[[str], object]) -> None:
    """Told from the number of calls; `benchmarks/hostile.py` shows the time itself."""

    def calls(size: int) -> int:
        counted = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal counted
            counted += event in ("call", "c_call")

        text = (unit * (size // len(unit) + 1))[:size]
        before = sys.getprofile()
        sys.setprofile(count)
        try:
            work(text)
        finally:
            sys.setprofile(before)
        return counted

    calls(1_000)  # compiles the patterns
    # Four times the text: four times the calls if linear, 16 times if quadratic.
    assert calls(40_000) < 5 * calls(10_000) + 100


# Values in the place of a key


@pytest.mark.parametrize(
    "value",
    [
        "YOUR_API_KEY",
        "<your key>",
        "<OPENAI_API_KEY>",
        "sk-...",
        "sk-…",
        "sk-xxxx",
        START + "x" * 48,
        "sk-XXXXXXXXXXXX",
        "sk-proj-xxx",
        "sk-your-key-here",
        "YOUR-OPENAI-KEY-HERE",
        "YourOpenAIKey",
        "yourapikey",
        "youropenaiapikey",
        "your api key",
        "$OPENAI_API_KEY",
        "${OPENAI_API_KEY}",
        "%OPENAI_API_KEY%",
        "{{ key }}",
        "{api_key}",
        "OPENAI_API_KEY",
        "AZURE_OPENAI_KEY",
        "openai_api_key",
        "OpenAI API Key",
        "API_KEY",
        "insert key here",
        "INSERT_OPENAI_KEY",
        "replace-me",
        "REPLACE_WITH_YOUR_KEY",
        "changeme",
        "CHANGE_ME",
        "Enter your key",
        "enter_api_key",
        "key-goes-here",
        "put_key_here",
        "...",
        "你的API密钥",
        "あなたのキー",
        "ваш ключ",
        "tu_api_key",
        "votre clé",
        "[ENTER YOUR OPENAI API KEY]",
        "my_api_key",
        "my-openai-api-key",
        "MY_OPENAI_KEY",
        "placeholder",
        "sk-ant-api03-xxxx",
        "****",
        "TODO",
        "os.environ['OPENAI_API_KEY']",
        "env:OPENAI_API_KEY",
    ],
)
def test_placeholders(value: str) -> None:
    assert is_placeholder(value)
    assert not is_dummy(value)
    assert not looks_random(value)


@pytest.mark.parametrize(
    "value",
    [
        "test",
        "test-key",
        "test_api_key",
        "fake",
        "dummy",
        "dummy-key",
        "mock",
        "mock-api-key",
        "EMPTY",
        "none",
        "None",
        "no-key",
        "NO_KEY_NEEDED",
        "not-needed",
        "not needed",
        "ollama",
        "lm-studio",
        "local",
        "unused",
        "sk-test",
        "sk-test-123",
        "sk-fake-key-for-tests",
        "sk-dummy",
        "foo",
        "secret",
        "token",
        "key",
        "abc123",
        "1234",
        "x",
        "token-abc123",
        "sk-no-key-required",
        "sk-1234",
        "sk-123456789",
        "sk-1234567890abcdef",
        "sk-abcdefghijklmnop",
        "na",
        "N/A",
        "-",
        "wrong-key",
        "invalid_key",
        "example",
        "testkey123",
        "api-key",
        "My API Secret",
        "anything",
        "my-secret-key",
        "super-secret",
        "not-a-real-key",
        "TEST_API_KEY",
    ],
)
def test_dummies(value: str) -> None:
    assert is_dummy(value)
    assert not is_placeholder(value)
    assert not looks_random(value)


@pytest.mark.parametrize("maker", KEYS)
def test_a_key_is_neither_placeholder_nor_dummy(maker: str) -> None:
    for seed in SEEDS:
        key = make_key(maker, seed)
        if list(find_keys(key)):
            assert not is_placeholder(key)
            assert not is_dummy(key)


@pytest.mark.parametrize("value", ["", "   ", "hunter2-prod-pw", "correct horse battery"])
def test_neither(value: str) -> None:
    assert not is_placeholder(value)
    assert not is_dummy(value)


@pytest.mark.parametrize("value", ["hunter2-prod-2024", "P@ssw0rd2024!", "prod-7f3a9c2e41b8", "sk-a8Fj3kLm9QpX", "Zk9Qw3e7"])
def test_credentials_of_no_issuer(value: str) -> None:
    assert is_credential(value)


def test_base64_is_no_path() -> None:
    source = random.Random(7)
    bodies = [base64.b64encode(source.randbytes(32)).decode() for _ in range(100)]
    assert sum(is_credential("/" + body) for body in bodies) > 95
    assert not is_credential("/opt/app/releases/20240131T1200Z/secret")


@pytest.mark.parametrize(
    "value",
    [
        *("", "x7f3a", "YOUR_KEY_2024", "test-7f3a9c2e", "primary-key-2", "key-from-the-vault", "correct horse battery 9"),
        *("a1b2c3d4e5f6g7h8", "claude-sonnet-4-5", "vault://openai/2024", "/run/secrets/key-2024", "ключ-2024"),
    ],
)
def test_no_credentials(value: str) -> None:
    assert not is_credential(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q7Rt2LmXZk3Lw8Pq", True),
        ("5d41402abc4b2a76b9719d911017c592", True),
        ("mySecretKey123456", False),
        ("test-secret-key-12345", False),
        ("gpt-4o-2024-08-06", False),
        ("Set-but-ignored-1", False),
        ("q7Rt2Lm", False),
        ("abcdefghijklmnopqrstuvwxyz123456", False),
        ("0123456789abcdef0123456789abcdef", False),
        ("12345678901234567890", False),
        ("src/oaklint2/keys.py", False),
    ],
)
def test_looks_random(text: str, expected: bool) -> None:
    assert looks_random(text) is expected


@given(st.text(max_size=80))
def test_any_text_is_judged(text: str) -> None:
    assert not (is_placeholder(text) and is_dummy(text))
    list(find_keys(text))
    looks_random(text)
    assert len(redact(text)) == len(text)
