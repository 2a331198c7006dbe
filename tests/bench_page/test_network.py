"""The network between till and broker can be cut, go silent and come back."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from emulators.network import Network
from tests.support.ports import free_port


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1024):
            writer.write(data)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()


def with_network(work: Callable[[Network], Awaitable[None]]) -> None:
    """Run `work` with a network to a server that says everything back."""

    async def run() -> None:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        network = Network(free_port(), server.sockets[0].getsockname()[1])
        await network.start()
        try:
            await asyncio.wait_for(work(network), 30)
        finally:
            await network.close()
            server.close()

    asyncio.run(run())


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, text: bytes) -> bytes:
    writer.write(text)
    return await asyncio.wait_for(reader.readexactly(len(text)), 20)


def test_it_carries_both_ways() -> None:
    async def work(network: Network) -> None:
        talk = await asyncio.open_connection("127.0.0.1", network.port)
        assert await ask(*talk, b"x" * 200_000) == b"x" * 200_000
        talk[1].close()

    with_network(work)


def test_down_resets_what_stands_and_refuses_what_is_new_and_up_mends_it() -> None:
    async def work(network: Network) -> None:
        told: list[str] = []
        network.on_change = lambda: told.append(network.state)
        talk = await asyncio.open_connection("127.0.0.1", network.port)
        assert await ask(*talk, b"hello") == b"hello"
        await network.set_state("down")
        with pytest.raises(OSError):
            assert await asyncio.wait_for(talk[0].read(10), 20) == b"not an end"
            raise ConnectionResetError
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", network.port)
        await network.set_state("up")
        talk = await asyncio.open_connection("127.0.0.1", network.port)
        assert await ask(*talk, b"again") == b"again"
        assert told == ["down", "up"]

    with_network(work)


def test_silent_swallows_everything_without_an_end() -> None:
    async def work(network: Network) -> None:
        old = await asyncio.open_connection("127.0.0.1", network.port)
        assert await ask(*old, b"hello") == b"hello"
        await network.set_state("silent")
        new = await asyncio.open_connection("127.0.0.1", network.port)
        for reader, writer in (old, new):
            writer.write(b"is anybody there?")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(10), 0.2)

    with_network(work)


def test_a_broker_that_is_gone_ends_the_connection() -> None:
    async def work(network: Network) -> None:
        lost = Network(0, network.port)
        await lost.start()
        await network.set_state("down")
        reader, _ = await asyncio.open_connection("127.0.0.1", lost.port)
        with pytest.raises(ConnectionError):
            if await asyncio.wait_for(reader.read(10), 20) == b"":
                raise ConnectionResetError
        await lost.close()

    with_network(work)
