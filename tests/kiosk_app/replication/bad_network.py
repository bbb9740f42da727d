"""The cables between the computers of an office, on virtual time: they lose, delay and double what goes over them.

What is cut, and when, is for whoever plays a history. Everything follows from the draws that are made.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from typing import NamedTuple

from kiosk_app import replication
from kiosk_app.hub_link import Ask
from tests.kiosk_app.replication.machines import Now
from tests.kiosk_app.replication.station import Station


class Arrival(NamedTuple):
    at_ms: int
    order: int
    is_request: bool
    client: int
    server: int
    life: int
    number: int
    message: bytes
    """Empty: the other computer has refused the connection."""


class BadNetwork:
    """`wrong_clocks_ms`: by one of these a computer's clock is wrong when it is switched on."""

    def __init__(self, draw: random.Random, now: Now, nodes: list[Station], wrong_clocks_ms: Sequence[int]) -> None:
        self.draw, self.now, self.nodes, self.wrong_clocks_ms = draw, now, nodes, wrong_clocks_ms
        self.by_code = {node.code: number for number, node in enumerate(self.nodes)}
        self.requests_cut: set[tuple[int, int]] = set()
        """Client and server; and below: of the answers."""
        self.answers_cut: set[tuple[int, int]] = set()
        self.loss = self.draw.choice((0.0, 0.0, 0.1, 0.3))
        self.twice = self.draw.choice((0.0, 0.1))
        self.on_the_way: list[Arrival] = []
        self.order = 0

    def send(self, is_request: bool, client: int, server: int, life: int, number: int, message: bytes) -> None:
        for _ in range(2 if self.draw.random() < self.twice else 1):
            if self.draw.random() < self.loss:
                continue
            delay = self.draw.randint(1, 80) if self.draw.random() < 0.95 else self.draw.randint(1_000, 15_000)
            self.order += 1
            arrival = Arrival(self.now.utc_ms + delay, self.order, is_request, client, server, life, number, message)
            heapq.heappush(self.on_the_way, arrival)

    def deliver(self, one: Arrival) -> None:
        client, server = self.nodes[one.client], self.nodes[one.server]
        cable = (one.client, one.server)
        if one.is_request and cable not in self.requests_cut:
            message = b""
            if server.up and not server.begins_again and server.door is not None:
                request = replication.decode_request(one.message)
                message = replication.encode(server.door.handle(client.code, request))
            self.send(False, one.client, one.server, one.life, one.number, message)
        elif not one.is_request and cable not in self.answers_cut and client.up and client.life == one.life:
            if client.asking is None or client.begins_again:
                return
            if one.message:
                reply = replication.decode_reply(one.message)
                client.asking.answered(self.now.utc_ms, one.number, reply, self.draw.random())
            else:
                client.asking.failed(self.now.utc_ms, one.number, self.draw.random())
            client.look()
            self.ask(one.client)
        self.begin_again()

    def ask(self, number: int) -> None:
        node = self.nodes[number]
        if not node.up or node.begins_again or node.asking is None:
            return
        asked: Ask | None = node.asking.tick(self.now.utc_ms, self.draw.random())
        if asked is not None:
            server = self.by_code[node.addresses[asked.where]]
            self.send(True, number, server, node.life, asked.number, replication.encode(asked.request))

    def begin_again(self) -> None:
        """Whoever ended because its role has changed; some are killed on the way."""
        for node in self.nodes:
            if node.up and node.begins_again:
                if self.draw.random() < 0.1:
                    node.up = False
                else:
                    self.boot(node)

    def pass_ms(self, span_ms: int, every_ms: int = 500) -> None:
        end = self.now.utc_ms + span_ms
        next_tick = self.now.utc_ms
        while True:
            arrives = self.on_the_way[0].at_ms if self.on_the_way else end
            at = min(arrives, next_tick, end)
            self.now.utc_ms = max(self.now.utc_ms, at)
            if self.on_the_way and self.on_the_way[0].at_ms <= self.now.utc_ms:
                self.deliver(heapq.heappop(self.on_the_way))
            elif at >= end:
                return
            else:
                next_tick = at + every_ms
                self.tick_all()

    def tick_all(self) -> None:
        for number, node in enumerate(self.nodes):
            if node.up:
                node.pass_time()
                self.ask(number)
        self.begin_again()

    def boot(self, node: Station) -> None:
        # The hub's clock is the office's: a technician sees to it. Its own doubts are tested elsewhere.
        node.boot(0 if node.may_be_hub else self.draw.choice(self.wrong_clocks_ms))

    def cable(self, client: int, server: int, requests_cut: bool, answers_cut: bool) -> None:
        for known, cut in ((self.requests_cut, requests_cut), (self.answers_cut, answers_cut)):
            (known.add if cut else known.discard)((client, server))
