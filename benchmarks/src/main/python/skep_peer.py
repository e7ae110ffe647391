"""otpylib as a peer. Arguments: full, quick or smoke, and for each workload its name and its number of operations,
as in call-1=30000. Prints one line of JSON for each workload; what it does not know it leaves out.

./skep bench starts it:
python3 skep_peer.py full call-1=30000
"""

import asyncio
import gc
import itertools
import json
import os
import sys
import time

from otpylib import atom, gen_server, process, supervisor
from otpylib.gen_server import NoReply, Reply, Stop
from otpylib.module import GEN_SERVER, SUPERVISOR, OTPModule
from otpylib.runtime import get_runtime, set_runtime
from otpylib.runtime.backends.asyncio_backend import AsyncIOBackend
from otpylib.supervisor import ONE_FOR_ONE, PERMANENT, SHUTDOWN

SYSTEM = "otpylib"
DOWN = atom.ensure("DOWN")
NORMAL = atom.ensure("normal")

# By plan: how many timed runs, after how many seconds three are enough, and after how many a workload has failed.
PLANS = {"full": (5, 2, 180), "quick": (5, 3, 60), "smoke": (1, 0, 30)}

OUT = sys.stdout

# ---- The server of all workloads: it adds up, plays, stops and crashes ----------------------------------------------


class Server(metaclass=OTPModule, behavior=GEN_SERVER, version="1.0.0"):
    async def init(self, initial):
        return initial

    async def handle_call(self, request, _from, state):
        match request:
            case ("add", x):
                return (Reply(state + x), state + x)
            case "get":
                return (Reply(state), state)

    async def handle_cast(self, message, state):
        match message:
            case ("add", x):
                return (NoReply(), state + x)
            case ("ball", 0, _, referee):
                await process.send(referee, "over")
            case ("ball", left, sender, referee):
                await gen_server.cast(sender, ("ball", left - 1, process.self(), referee))
            case "stop":
                return (Stop(), state)
            case "crash":
                raise RuntimeError("as it was told")
        return (NoReply(), state)

    async def handle_info(self, _message, state):
        return (NoReply(), state)

    async def terminate(self, _reason, _state):
        pass


class Restarting(metaclass=OTPModule, behavior=SUPERVISOR, version="1.0.0"):
    async def init(self, _):
        child = supervisor.child_spec(id="w", module=Server, args=0, restart=PERMANENT, name="w")
        return ([child], supervisor.options(max_restarts=1_000_000_000, max_seconds=1, strategy=ONE_FOR_ONE))

    async def terminate(self, _reason, _state):
        pass


# ---- Measuring: as in dev.skep.bench.measure ------------------------------------------------------------------------


def report(workload, **figures):
    rounded = {name: round(value, 2) if isinstance(value, float) else value for name, value in figures.items()}
    line = {"system": SYSTEM, "workload": workload} | rounded
    print(json.dumps(line, separators=(",", ":"), ensure_ascii=False), file=OUT, flush=True)


async def timed(plan, operations, run):
    """One run untimed, then so many timed runs, each in a fresh process, or three when they take long."""
    await fresh(run)
    gc.collect()
    most, patience, _ = plan
    nanos = []
    until = time.monotonic() + patience
    while len(nanos) < most and (len(nanos) < 3 or time.monotonic() < until):
        nanos.append(await fresh(run) / operations)
    nanos.sort()
    return {"nsPerOp": nanos[len(nanos) // 2], "min": nanos[0], "max": nanos[-1]}


async def fresh(run):
    took = []

    async def measured():
        begin = time.perf_counter_ns()
        await run()
        took.append(float(time.perf_counter_ns() - begin))

    await parallel(1, measured)
    return took[0]


def percentiles(nanos):
    ordered = sorted(nanos)

    def part(share):
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1000

    return {"p50us": part(0.5), "p99us": part(0.99), "p999us": part(0.999)}


# ---- The parts of workloads -----------------------------------------------------------------------------------------

numbers = itertools.count()


async def named_server():
    """The pid and the name of a new server: otpylib calls only those that have a name."""
    name = f"server{next(numbers)}"
    return await gen_server.start(Server, 0, name), name


async def stop(pid):
    """There is no gen_server.stop: its guide stops a server by a message."""
    await process.monitor(pid)
    await gen_server.cast(pid, "stop")
    await process.receive()


async def parallel(processes, run):
    for _ in range(processes):
        await process.spawn_monitor(run)
    for _ in range(processes):
        match await process.receive():
            case (tag, _, _, _, reason) if tag == DOWN and reason == NORMAL:
                pass
            case other:
                raise RuntimeError(f"a process that should have done its work ended with {other!r}")


async def casts(pid, operations):
    for _ in range(operations):
        await gen_server.cast(pid, ("add", 1))


async def calls(name, operations):
    for _ in range(operations):
        await gen_server.call(name, ("add", 1))


async def nothing():
    pass


async def spawns(operations):
    for _ in range(operations):
        await process.spawn_monitor(nothing)
        await process.receive()


# ---- The workloads: what is made before the time begins, then a run --------------------------------------------------


async def cast_1_1(operations):
    pid, name = await named_server()

    async def run():
        await casts(pid, operations)
        await gen_server.call(name, "get")

    return run


async def fan_in_100_1(operations):
    pid, name = await named_server()

    async def run():
        await parallel(100, lambda: casts(pid, operations // 100))
        await gen_server.call(name, "get")

    return run


async def call_1(operations):
    _, name = await named_server()
    return lambda: calls(name, operations)


async def call_100_1(operations):
    _, name = await named_server()
    return lambda: parallel(100, lambda: calls(name, operations // 100))


async def call_100_100(operations):
    async def client():
        pid, name = await named_server()
        await calls(name, operations // 100)
        await stop(pid)

    return lambda: parallel(100, client)


async def ping_pong(operations):
    a, _ = await named_server()
    b, _ = await named_server()

    async def run():
        await gen_server.cast(a, ("ball", 2 * operations, b, process.self()))
        await process.receive()

    return run


async def spawn_monitor_exit(operations):
    return lambda: parallel(2, lambda: spawns(operations // 2))


async def spawn_burst(operations):
    async def run():
        me = process.self()
        for _ in range(operations):
            await process.spawn(lambda: process.send(me, "done"))
        for _ in range(operations):
            await process.receive()

    return run


async def server_start_stop(operations):
    async def run():
        for _ in range(operations):
            await stop(await gen_server.start(Server, 0))

    return run


TIMED = {
    "cast-1-1": cast_1_1,
    "fan-in-100-1": fan_in_100_1,
    "call-1": call_1,
    "call-100-1": call_100_1,
    "call-100-100": call_100_100,
    "ping-pong": ping_pong,
    "spawn-monitor-exit": spawn_monitor_exit,
    "spawn-burst": spawn_burst,
    "server-start-stop": server_start_stop,
}


async def restarts(operations):
    """From when a registered, supervised server is told to crash until its successor is registered. A kill would be the
    same as elsewhere, but otpylib's supervisor restarts no child that was killed."""
    sup = await supervisor.start_link(Restarting)
    nanos = []
    for _ in range(operations):
        crashing = process.whereis("w")
        begin = time.perf_counter_ns()
        await gen_server.cast(crashing, "crash")
        while process.whereis("w") in (None, crashing):
            await asyncio.sleep(0)
        nanos.append(time.perf_counter_ns() - begin)
        # One that crashes before its supervisor monitors it is never restarted.
        while not get_runtime().process_info(process.whereis("w")).monitored_by:
            await asyncio.sleep(0)
    await process.monitor(sup)
    await process.send(sup, SHUTDOWN)
    await process.receive()
    return nanos


# ---- The command line -----------------------------------------------------------------------------------------------


async def measure(plan, workload, operations):
    if workload in TIMED:
        return await timed(plan, operations, await TIMED[workload](operations))
    return percentiles(await restarts(operations))


async def in_process(run, limit):
    """What run returns, in a process; otpylib tells nobody outside of its processes why one ended."""
    result = asyncio.get_running_loop().create_future()

    async def body():
        try:
            result.set_result(await run())
        except Exception as failure:
            result.set_exception(failure)

    await process.spawn(body)
    return await asyncio.wait_for(result, limit)


async def main(mode, workloads):
    plan = PLANS[mode]
    runtime = AsyncIOBackend()
    await runtime.initialize()
    set_runtime(runtime)
    for argument in workloads:
        workload, operations = argument.split("=")
        if workload not in TIMED and workload != "restart":
            continue
        try:
            figures = await in_process(lambda: measure(plan, workload, int(operations)), plan[2])
        except Exception as failure:
            # Who has started this goes on with the workloads after it, in a process without its remains.
            report(workload, error=repr(failure))
            return 1
        report(workload, **figures)
    return 0


if __name__ == "__main__":
    sys.stdout = open(os.devnull, "w")  # otpylib prints a line or two whenever a server stops: that is no result
    status = asyncio.run(main(sys.argv[1], sys.argv[2:]))
    OUT.flush()
    os._exit(status)  # without the wait for a run that was given up
