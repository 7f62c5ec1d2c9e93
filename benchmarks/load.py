"""Load for a server on this machine: by `wrk`, where that is installed, which takes little of the processor itself;
otherwise by connections of this process, which limits the fastest rows.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

WRK = shutil.which("wrk")
TICKS = os.sysconf("SC_CLK_TCK")
SCRIPT = """
local requests, position = {}, 0
function init(arguments)
  for line in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", nil,
      {["Content-Type"] = "application/json", ["Authorization"] = arguments[2]}, line)
  end
  position = math.random(#requests)
end
function request()
  position = position % #requests + 1
  return requests[position]
end
"""


@dataclass(frozen=True)
class Round:
    """Results of one round of load."""

    rate: float
    """Requests per second."""
    processor: float
    """Processor time of the server per request, in seconds."""
    median: float
    """Median time of a request, in seconds."""


def client() -> str:
    """Return the load generator's name, for a heading."""
    return "wrk" if WRK else "a client in Python (install wrk for a lighter one)"


def load(port: int, path: str, bodies: list[bytes], key: str, seconds: float, connections: int, server: int) -> Round:
    """Load one server for a while over the given number of connections; `server` is its process."""
    before = processor(server)
    if WRK:
        count, rate, median = _by_wrk(port, path, bodies, key, seconds, connections)
    else:
        count, rate, median = asyncio.run(_by_python(port, path, bodies, key, seconds, connections))
    return Round(rate, (processor(server) - before) / max(count, 1), median)


def each_once(port: int, path: str, bodies: list[bytes], key: str) -> None:
    """Send each body once, in sequence. Raises SystemExit for an answer other than 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    for body in bodies:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        if answer.read() and answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    connection.close()


def processor(process: int) -> float:
    """Return the processor time of a process and its children so far, in seconds."""
    children = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False).stdout.split()
    total = 0
    for each in (process, *map(int, children)):
        fields = Path(f"/proc/{each}/stat").read_text("utf-8").rsplit(") ", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory(process: int) -> int:
    """Return the memory of a process in bytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _by_wrk(
    port: int, path: str, bodies: list[bytes], key: str, seconds: float, connections: int
) -> tuple[int, float, float]:
    with tempfile.TemporaryDirectory() as directory:
        script, lines = Path(directory) / "load.lua", Path(directory) / "bodies"
        script.write_text(SCRIPT, "utf-8")
        lines.write_bytes(b"\n".join(bodies) + b"\n")
        command = [str(WRK), "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s",
                   "--latency", "-s", str(script), f"http://127.0.0.1:{port}{path}", "--", str(lines),
                   f"Bearer {key}"]  # fmt: skip
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"{path} was not answered well:\n{told}")
    number, unit = re.findall(r"50%\s+([\d.]+)(us|ms|s)", told)[0]
    median = float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[unit]
    count = int(re.findall(r"(\d+) requests in", told)[0])
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0])
    if count == 0:
        raise SystemExit(f"{path} was not answered once in {seconds:g} s; give more --seconds")
    return count, rate, median


async def _by_python(
    port: int, path: str, bodies: list[bytes], key: str, seconds: float, connections: int
) -> tuple[int, float, float]:
    requests = [request(path, body, key) for body in bodies]
    took: list[float] = []
    begun = time.perf_counter()

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        position = number * 7
        while (now := time.perf_counter()) < begun + seconds:
            await ask(reader, writer, requests[position % len(requests)])
            took.append(time.perf_counter() - now)
            position += 1
        writer.close()

    await asyncio.gather(*(one(number) for number in range(connections)))
    return len(took), len(took) / (time.perf_counter() - begun), sorted(took)[len(took) // 2]


def request(path: str, body: bytes, key: str) -> bytes:
    """Return a request as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> bytes:
    """Return the body of the answer. Raises SystemExit if it isn't 200."""
    writer.write(sent)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"http/1.1 200"):
        raise SystemExit(f"{head.decode()}{body[:500]!r}")
    return body
