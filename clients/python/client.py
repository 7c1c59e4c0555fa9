"""The Python SDK's client as a program: one JSON request a line in, one answer a line out.

The protocol is described in ../journey/program.mjs. Run as `client.py auto` or `client.py legacy`.
"""

import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthToken,
)

CALL_LIMIT_SECONDS = 10


class Memory:
    """The SDK's `TokenStorage`, in memory."""

    def __init__(self, of: "Memory | None" = None) -> None:
        self.tokens: OAuthToken | None = of.tokens if of else None
        self.client_info: OAuthClientInformationFull | None = of.client_info if of else None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client_info

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client_info = client_info


async def read() -> dict[str, Any] | None:
    line = await anyio.to_thread.run_sync(sys.stdin.readline)
    return json.loads(line) if line else None


def write(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


async def come_back() -> AuthorizationCodeResult:
    """Waits for the URL that the person's browser came back on."""
    answer = await read()
    if not answer or not answer["callback"]:
        raise RuntimeError("nobody is there to sign in")
    query = parse_qs(urlsplit(answer["callback"]).query)
    first = {name: values[0] for name, values in query.items()}
    return AuthorizationCodeResult(code=first["code"], state=first.get("state"), iss=first.get("iss"))


async def send_away(url: str) -> None:
    write({"authorize": url})


def provider(request: dict[str, Any], memory: Memory) -> OAuthClientProvider:
    return OAuthClientProvider(
        server_url=request["mcp_url"],
        client_metadata=OAuthClientMetadata(
            client_name=request["client_name"],
            redirect_uris=[request["redirect_uri"]],
            token_endpoint_auth_method="none",
        ),
        storage=memory,
        redirect_handler=send_away,
        callback_handler=come_back,
        client_metadata_url=request.get("client_metadata_url"),
    )


def expire(provider: OAuthClientProvider) -> None:
    """The SDK refreshes by the clock and never on a 401, so its clock is what runs out."""
    provider.context.token_expiry_time = 1.0


class Session:
    """A client that a person has let in."""

    def __init__(self, mode: str, request: dict[str, Any]) -> None:
        self.mode = mode
        self.request = request
        self.memory = Memory()
        self.provider = provider(request, self.memory)

    @asynccontextmanager
    async def connected(self, auth: OAuthClientProvider) -> AsyncGenerator[Client]:
        async with create_mcp_http_client(auth=auth) as http_client:
            transport = streamable_http_client(self.request["mcp_url"], http_client=http_client)
            async with Client(transport, mode=self.mode, read_timeout_seconds=CALL_LIMIT_SECONDS) as client:
                yield client

    async def serve(self) -> None:
        async with self.connected(self.provider) as client:
            write({"ok": {"protocol_version": client.protocol_version}})
            while request := await read():
                try:
                    write({"ok": await self.answer(client, request)})
                except Exception as error:  # every failure is an answer; the suite judges it
                    write({"error": repr(error)})

    async def answer(self, client: Client, request: dict[str, Any]) -> Any:
        match request["method"]:
            case "tools":
                return [tool.name for tool in (await client.list_tools()).tools]
            case "call":
                return await call(client, request["name"], request["arguments"])
            case "tokens":
                return held(self.memory)
            case "expire_access_token":
                return expire(self.provider)
            case "refresh_together":
                windows: list[dict[str, Any]] = []
                async with anyio.create_task_group() as tasks:
                    for _ in range(request["count"]):
                        tasks.start_soon(self.window, windows)
                return windows
            case other:
                raise ValueError(f"unknown method {other}")

    async def window(self, windows: list[dict[str, Any]]) -> None:
        memory = Memory(of=self.memory)
        auth = provider(self.request, memory)
        expire(auth)
        async with self.connected(auth) as client:
            result = await call(client, "whoami", {})
        windows.append({"result": result, "tokens": held(memory)})


async def call(client: Client, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    return result.model_dump(mode="json", by_alias=True)


def held(memory: Memory) -> dict[str, Any]:
    assert memory.tokens
    return memory.tokens.model_dump(mode="json")


async def main(mode: str) -> None:
    request = await read()
    assert request and request["method"] == "connect"
    await Session(mode, request).serve()


anyio.run(main, sys.argv[1])
