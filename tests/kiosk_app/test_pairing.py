"""Pairing message by message: nobody can choose the code, an old message is known, what is abandoned leaves nothing."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from kiosk_app import pairing
from kiosk_app.pairing import Begin, Begun, Look, No, Pairings, Pending, Reveal, Waiting

CERTIFICATE = hashlib.sha256(b"the hub's").hexdigest()
OTHER = hashlib.sha256(b"another's").hexdigest()


def secret(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def asked(device_secret: str, name: str = "3番窓口") -> Begin:
    bare = Begin(pairing.PROTOCOL, "console", name, "", secret("token"), "0" * 64)
    return replace(bare, commitment=pairing.commitment(bare, device_secret))


def revealed() -> tuple[Pairings, Begin]:
    one = asked(secret("d"))
    now, begun = pairing.begin(Pairings(), one, "p1", secret("h"), 0)
    assert begun == Begun("p1", secret("h"))
    assert now.shown == ()
    now, reply = pairing.reveal(now, Reveal("p1", secret("d")), CERTIFICATE, 1_000)
    assert reply == Waiting(pairing.PENDING_MS - 1_000)
    return now, one


def test_both_sides_have_the_same_code_and_the_device_hears_of_its_confirmation() -> None:
    now, one = revealed()
    (shown,) = now.shown
    assert shown.code == pairing.code(one, secret("d"), secret("h"), CERTIFICATE)
    assert shown.code != pairing.code(one, secret("d"), secret("h"), OTHER)
    assert pairing.look(now, Look("p1", secret("d")), 2_000)[1] == Waiting(pairing.PENDING_MS - 2_000)
    now, confirmed = pairing.confirm(now, "p1", "device-1", 3_000)
    assert confirmed is not None and confirmed.device == "device-1"
    assert now.shown == ()
    assert pairing.look(now, Look("p1", secret("d")), 4_000)[1] == confirmed, "and once more, if the answer was lost"
    assert pairing.look(now, Look("p1", secret("d")), 4_000)[1] == confirmed
    assert pairing.confirm(now, "p1", "device-2", 4_000)[1] is None, "not twice"
    late = pairing.look(now, Look("p1", secret("d")), 3_000 + pairing.PENDING_MS)
    assert late[0].pending == () and late[1] == No("gone")


def test_a_refused_one_is_told_so_and_never_confirmed() -> None:
    now, _ = revealed()
    now, refused = pairing.refuse(now, "p1", 2_000)
    assert refused is not None and now.shown == ()
    assert pairing.look(now, Look("p1", secret("d")), 2_000)[1] == No("refused")
    assert pairing.reveal(now, Reveal("p1", secret("d")), CERTIFICATE, 2_000)[1] == No("refused")
    assert pairing.confirm(now, "p1", "device-1", 2_000)[1] is None
    assert pairing.refuse(now, "p1", 2_000)[1] is None


@pytest.mark.parametrize("field", ["use", "name", "zone", "token_sha256"])
def test_whatever_the_device_says_is_bound_by_its_commitment_and_part_of_the_code(field: str) -> None:
    one = asked(secret("d"))
    other = replace(one, **{field: {"use": "display", "token_sha256": secret("x")}.get(field, "別の名前")})
    now, _ = pairing.begin(Pairings(), other, "p1", secret("h"), 0)
    now, reply = pairing.reveal(now, Reveal("p1", secret("d")), CERTIFICATE, 0)
    assert reply == No("forged") and now.pending == ()
    codes = [pairing.code(said, secret("d"), secret("h"), CERTIFICATE) for said in (one, other)]
    assert codes[0] != codes[1]


def test_another_secret_than_was_committed_to_ends_it() -> None:
    now, _ = pairing.begin(Pairings(), asked(secret("d")), "p1", secret("h"), 0)
    now, reply = pairing.reveal(now, Reveal("p1", secret("e")), CERTIFICATE, 0)
    assert reply == No("forged") and now.pending == ()
    assert pairing.reveal(now, Reveal("p1", secret("d")), CERTIFICATE, 0)[1] == No("gone")


def test_an_old_message_is_known_for_one() -> None:
    now, one = revealed()
    now = pairing.expire(now, pairing.PENDING_MS)
    assert now.pending == ()
    assert pairing.begin(now, one, "p2", secret("i"), pairing.PENDING_MS)[1] == No("forged")
    for word in (Reveal("p1", secret("d")), Reveal("p2", secret("d"))):
        assert pairing.reveal(now, word, CERTIFICATE, pairing.PENDING_MS)[1] == No("gone")
    assert pairing.look(now, Look("p1", secret("d")), pairing.PENDING_MS)[1] == No("gone")


def test_who_asks_for_the_result_of_another_hears_nothing() -> None:
    now, _ = revealed()
    now, _ = pairing.confirm(now, "p1", "device-1", 0)
    assert pairing.look(now, Look("p1", secret("e")), 0)[1] == No("forged")


def test_few_at_a_time_and_few_in_ten_minutes() -> None:
    now = Pairings()
    for n in range(pairing.PENDING_MAX):
        now, reply = pairing.begin(now, asked(secret(f"{n}")), f"p{n}", secret("h"), 0)
        assert isinstance(reply, Begun)
    assert pairing.begin(now, asked(secret("x")), "px", secret("h"), 0)[1] == No("crowded")
    tries, now_ms = pairing.PENDING_MAX, 0
    while now_ms < pairing.TRIES_MS:
        now, reply = pairing.begin(now, asked(secret(f"t{tries}")), f"t{tries}", secret("h"), now_ms)
        tries, now_ms = tries + isinstance(reply, Begun), now_ms + 5_000
    assert tries == pairing.TRIES_MAX
    assert isinstance(pairing.begin(now, asked(secret("later")), "l", secret("h"), now_ms + 1)[1], Begun)


def test_a_technician_pairs_all_devices_of_an_office_one_after_the_other() -> None:
    now = Pairings()
    for n in range(26):
        one, word = asked(secret(f"{n}"), f"{n}番窓口"), secret(f"{n}")
        now, reply = pairing.begin(now, one, f"p{n}", secret("h"), 10_000 * n)
        assert isinstance(reply, Begun), n
        now, _ = pairing.reveal(now, Reveal(f"p{n}", word), CERTIFICATE, 10_000 * n)
        now, found = pairing.confirm(now, f"p{n}", f"device-{n}", 10_000 * n)
        assert found is not None


def test_an_older_program_is_told_so() -> None:
    one = replace(asked(secret("d")), protocol=2)
    assert pairing.begin(Pairings(), one, "p1", secret("h"), 0)[1] == No("protocol")


@given(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_no_two_lists_of_words_give_the_same_hash(a: str, b: str, c: str, d: str) -> None:
    assert (pairing._hash("code", a, b) == pairing._hash("code", c, d)) == ((a, b) == (c, d))


class Anybody(RuleBasedStateMachine):
    """Honest devices, one in between and a technician, in any order and with any loss."""

    begun = Bundle("begun")

    def __init__(self) -> None:
        super().__init__()
        self.now, self.now_ms, self.count = Pairings(), 0, 0
        self.secrets: dict[str, str] = {}
        self.asked: dict[str, Begin] = {}
        self.confirmed: set[str] = set()

    @rule(target=begun, replayed=st.booleans())
    def begin(self, replayed: bool) -> str:
        self.count += 1
        id = f"p{self.count}"
        again = replayed and self.asked
        one = next(iter(self.asked.values())) if again else asked(secret(id), f"窓口{self.count % 3}")
        self.now, reply = pairing.begin(self.now, one, id, secret(f"h{id}"), self.now_ms)
        assert isinstance(reply, Begun | No)
        if isinstance(reply, Begun):
            assert one.commitment not in {known.commitment for known in list(self.asked.values())[-pairing.SEEN_MAX :]}
            self.asked[id], self.secrets[id] = one, secret(id)
        return id

    @rule(id=begun, wrong=st.booleans())
    def reveal(self, id: str, wrong: bool) -> None:
        word = secret("wrong") if wrong else self.secrets.get(id, secret(id))
        known = self.now.find(id)
        self.now, reply = pairing.reveal(self.now, Reveal(id, word), CERTIFICATE, self.now_ms)
        if isinstance(reply, Waiting):
            assert known is not None and not wrong and 0 < reply.left_ms <= pairing.PENDING_MS
            one = self.now.find(id)
            assert one is not None
            assert one.code == pairing.code(self.asked[id], word, one.hub_secret, CERTIFICATE)

    @rule(id=begun, wrong=st.booleans())
    def look(self, id: str, wrong: bool) -> None:
        self.now, reply = pairing.look(self.now, Look(id, secret("wrong" if wrong else id)), self.now_ms)
        if isinstance(reply, Pending):
            assert not wrong and id in self.confirmed and reply.device == f"device of {id}"

    @rule(id=begun, yes=st.booleans())
    def decide(self, id: str, yes: bool) -> None:
        shown = {one.id for one in self.now.shown if one.until_ms > self.now_ms}
        if yes:
            self.now, found = pairing.confirm(self.now, id, f"device of {id}", self.now_ms)
            self.confirmed |= {id} if found else set()
        else:
            self.now, found = pairing.refuse(self.now, id, self.now_ms)
        assert (found is not None) == (id in shown)

    @rule(ms=st.sampled_from((1, 1_000, 60_000, pairing.PENDING_MS, pairing.TRIES_MS)))
    def pass_ms(self, ms: int) -> None:
        self.now_ms += ms
        self.now = pairing.expire(self.now, self.now_ms)

    @invariant()
    def bounded(self) -> None:
        assert sum(one.verdict != "confirmed" for one in self.now.pending) <= pairing.PENDING_MAX
        assert len(self.now.begun_ms) <= pairing.TRIES_MAX
        assert len(self.now.seen) <= pairing.SEEN_MAX
        for one in self.now.pending:
            assert one.until_ms - self.now_ms <= pairing.PENDING_MS
            assert bool(one.code) == bool(one.secret)
            assert one.code or not one.verdict


TestAnybody = Anybody.TestCase
