"""The storm itself. Django is set up before this is imported."""

import itertools
import json
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

import redis
from django.db import Error, connection

from devtools.places import ROOT
from tests.faults import books, client
from tests.faults.careers import CANCELLED, PAID, SOLD, Careers
from tests.faults.cluster import Cluster
from tests.stack.stack import Stack
from tests.support.people import make_cast
from tests.transactions.making import typed, vehicle_of

CLIENTS = 3
ACTS = ("incluir_intencao", "incluir_comunicado", "cancelar_intencao", "cancelar_comunicado", "emitir_guia")
LOSSES = {"perdida_depois": 0.20, "perdida_antes": 0.05, "commit_tardio": 0.03, "erro_500": 0.03, "lixo": 0.03}
VICTIMS = ("worker", "worker", "beat", "redis", "web", "postgres", "memory")


@dataclass(frozen=True)
class Plan:
    seed: int
    orders: int
    seconds: float
    least_kills: int
    calm: float


class Weather:
    """`run` answers 0 when nothing was lost, doubled or left half."""

    def __init__(self, cluster: Cluster, stack: Stack, plan: Plan) -> None:
        self.cluster, self.stack, self.plan = cluster, stack, plan
        self.dice = random.Random(plan.seed)
        self.kills: Counter[str] = Counter()

    def run(self) -> int:
        self.cast = make_cast()
        with self.stack:
            self.careers = self._careers()
            clients = self._clients()
            try:
                self._storm()
                self._drizzle()
                last_fault = time.monotonic()
                self._calm(clients)
            finally:
                for process in clients:
                    process.kill()
                    process.wait()
            return self._judged(time.monotonic() - last_fault)

    def _careers(self) -> Careers:
        """Every vehicle of the storm at its agency, and what is to become of some of them."""
        words = {}
        for _ in range(self.plan.orders):
            vehicle = vehicle_of(self.stack.sandbox, self.cast.house)
            words[vehicle["chassi"]] = typed(vehicle, seller=self.cast.house.cnpj)
        share = {SOLD: 0.04, CANCELLED: 0.02, PAID: 0.02}
        some = iter(self.dice.sample(sorted(words), len(words) // 4))
        plans = {next(some): plan for plan, part in share.items() for _ in range(max(2, int(len(words) * part)))}
        self.stack.sandbox.times(clearing=0.5, processing=0.5)
        return Careers(self.cast, self.stack.sandbox, words, plans)

    def _clients(self) -> list[subprocess.Popen[bytes]]:
        lines = [
            json.dumps({
                "ecosystem": self.cast.ecosystem.pk,
                "establishment": self.cast.house.pk,
                "words": words,
                "pause": self.plan.seconds * 0.6 * CLIENTS / self.plan.orders,
            })
            for words in self.careers.words.values()
        ]  # fmt: skip
        started = []
        for number in range(CLIENTS):
            plan = self.stack.folder / f"client{number}.jsonl"
            plan.write_text("\n".join(lines[number::CLIENTS]))
            with plan.with_suffix(".out").open("w") as said, plan.with_suffix(".log").open("w") as log:
                command = [sys.executable, "-c", client.COMMAND, str(plan)]
                started.append(subprocess.Popen(command, cwd=ROOT, env=self.stack.env, stdout=said, stderr=log))
        return started

    def _storm(self) -> None:
        seeds = itertools.count(self.plan.seed)  # one for each: equal dice would fall together
        for operation in ACTS:
            for kind, probability in LOSSES.items():
                self.stack.sandbox.fault(
                    kind, operation=operation, probability=probability, seconds=0.6, seed=next(seeds)
                )
        end = time.monotonic() + self.plan.seconds
        outage_at = time.monotonic() + self.plan.seconds * 0.5
        while time.monotonic() < end:
            self._pass_time(self.dice.uniform(0.5, 1.5))
            self._strike(self.dice.choice(VICTIMS))
            if time.monotonic() > outage_at:
                outage_at = end
                outage = self.stack.sandbox.fault("fora_do_ar")
                self._pass_time(3.0)
                self.stack.sandbox.remove_fault(outage)

    def _drizzle(self) -> None:
        """Nobody is killed any more, but answers are spoilt until most orders had their chance of that."""
        limit = time.monotonic() + self.plan.seconds * 2
        while time.monotonic() < limit and len(self.stack.sandbox.ledger()) < self.plan.orders * 0.8:
            self._pass_time(0.5)

    def _pass_time(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.careers.step()
            time.sleep(0.2)

    def _strike(self, victim: str) -> None:
        self.kills[victim] += 1
        if victim == "memory":
            with suppress(redis.RedisError), self.stack.redis() as memory:
                memory.flushall()
        elif victim == "postgres":
            self.cluster.kill()
            time.sleep(self.dice.uniform(0, 0.5))
            self.cluster.start()
        else:
            self.stack.kill(victim)
            time.sleep(self.dice.uniform(0, 0.5))
            self.stack.launch(victim)  # the next blow may fall before it is ready

    def _calm(self, clients: list[subprocess.Popen[bytes]]) -> None:
        self.fired = Counter({f["tipo"]: 0 for f in self.stack.sandbox.faults()})
        for fault in self.stack.sandbox.faults():
            self.fired[fault["tipo"]] += fault["disparos"]
        self.stack.make_whole()
        limit = time.monotonic() + self.plan.calm
        while time.monotonic() < limit:
            self._pass_time(0.5)
            with suppress(Error):
                if all(c.poll() is not None for c in clients) and not self.careers.plans and self._is_quiet():
                    return
            if connection.connection is not None and connection.connection.closed:
                connection.close()

    def _is_quiet(self) -> bool:
        return books.unfinished(self.cast) == 0 and books.open_messages() == 0

    def _judged(self, calm: float) -> int:
        said = [line for path in self.stack.folder.glob("client*.out") for line in path.read_text().splitlines()]
        taken = [json.loads(line)["number"] for line in said]
        ledger = self.stack.sandbox.ledger()
        found = list(books.differences(self.cast, ledger, taken, self.careers))
        if len(taken) < self.plan.orders:
            found.append(f"only {len(taken)} of {self.plan.orders} orders were taken")
        struck = sum(self.kills.values())
        if struck < self.plan.least_kills:
            found.append(f"only {struck} strikes")
        money = f"fees {len(self.careers.paid)}, decided by a person {self.careers.decided}"
        say(f"taken {len(taken)}, effects {len(ledger)}, {money}; all final {calm:.1f} s after the last fault")
        say(f"struck {struck}: {dict(self.kills)}; answers spoilt: {dict(self.fired)}")
        for line in found[:40]:
            say(f"  DIFFERENCE {line}")
        say("the books agree" if not found else f"{len(found)} differences")
        return 1 if found else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
