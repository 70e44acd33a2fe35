"""Cases over HTTP: several clients at once, each a firm, a reviewer and a leader with open sessions of their own."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from benchmarks.case_flow.case import FIRM, LEADER, REVIEWER, SUBMIT, WORKLIST, acts_of
from benchmarks.case_flow.person import Person

FIRM_DOOR, OFFICE_DOOR = "/signin/", "/office/signin/"


@dataclass
class Went:
    """What a run took: its cases (number → which case), its seconds from first to last request, seconds of every
    request by kind."""

    numbers: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def rate(self) -> float:
        """Cases a second."""
        return len(self.numbers) / self.seconds


class Client:
    """The three people of a case, signed in."""

    def __init__(self, *, port: int) -> None:
        with ExitStack() as opened:
            doors = ((FIRM, FIRM_DOOR), (REVIEWER, OFFICE_DOOR), (LEADER, OFFICE_DOOR))
            self.people = {
                account: opened.enter_context(Person(port=port, account=account, door=door))
                for account, door in doors
            }
            self._open = opened.pop_all()

    def close(self) -> None:
        """Let the connections go."""
        self._open.close()

    def file(self, n: int, draft: str) -> Iterator[tuple[str, float, str]]:
        """The n-th case: (kind, seconds, number) of every request. Raises Unexpected."""
        told = {"acknowledged": "1", "request_id": f"bench-{n}-submit"}
        filed = self.people[FIRM].post(f"/fill/{draft}/submit/", told)
        number = filed.location.rstrip("/").split("/")[-1]
        yield SUBMIT, filed.seconds, number
        for seq, act in enumerate(acts_of(n), start=1):
            words = {f"{act.code}.{name}": value for name, value in act.data.items()}
            words |= {"action": act.code, "request_id": f"bench-{n}-{seq}", "seq": str(seq)}
            taken = self.people[act.account].post(f"/office/cases/{number}/act/", words)
            yield act.code, taken.seconds, number
        yield WORKLIST, self.people[REVIEWER].get("/office/").seconds, number


def run(*, clients: Sequence[Client], drafts: Sequence[tuple[int, str]]) -> Went:
    """File every draft, the clients working side by side; the first failure is raised when all have ended."""
    waiting: SimpleQueue[tuple[int, str]] = SimpleQueue()
    for draft in drafts:
        waiting.put(draft)
    went, failed, lock = Went(), list[BaseException](), threading.Lock()

    def work(client: Client) -> None:
        try:
            while not failed:
                n, draft = waiting.get_nowait()
                steps = list(client.file(n, draft))
                with lock:
                    went.numbers[steps[0][2]] = n
                    for kind, seconds, _ in steps:
                        went.took[kind].append(seconds)
        except Empty:
            return
        except Exception as error:  # noqa: BLE001 - raised in the thread that waits for all of them
            failed.append(error)

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    went.seconds = time.perf_counter() - began
    if failed:
        raise failed[0]
    return went


def ask_again(*, person: Person, path: str, times: int) -> list[float]:
    """Seconds of asking for one page, the first not counted."""
    person.get(path)
    return [person.get(path).seconds for _ in range(times)]
