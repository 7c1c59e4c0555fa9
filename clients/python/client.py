"""The Python SDK's client as a program: one JSON request a line in, one answer a line out.

The protocol is described in ../journey/program.mjs. Run as `client.py auto` or `client.py legacy`.
"""

import json
import sys
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

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client_info: OAuthClientInformationFull | None = None

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


async def main(mode: str) -> None:
    request = await read()
    assert request and request["method"] == "connect"
    memory = Memory()
    provider = OAuthClientProvider(
        server_url=request["mcp_url"],
        client_metadata=OAuthClientMetadata(
            client_name=request["client_name"],
            redirect_uris=[request["redirect_uri"]],
            token_endpoint_auth_method="none",
        ),
        storage=memory,
        redirect_handler=send_away,
        callback_handler=come_back,
    )
    async with create_mcp_http_client(auth=provider) as http_client:
        transport = streamable_http_client(request["mcp_url"], http_client=http_client)
        async with Client(transport, mode=mode, read_timeout_seconds=CALL_LIMIT_SECONDS) as client:
            write({"ok": {"protocol_version": client.protocol_version}})
            while request := await read():
                try:
                    write({"ok": await answer(request, client, provider, memory)})
                except Exception as error:  # every failure is an answer; the suite judges it
                    write({"error": repr(error)})


async def answer(request: dict[str, Any], client: Client, provider: OAuthClientProvider, memory: Memory) -> Any:
    match request["method"]:
        case "tools":
            return [tool.name for tool in (await client.list_tools()).tools]
        case "call":
            result = await client.call_tool(request["name"], request["arguments"])
            return result.model_dump(mode="json", by_alias=True)
        case "tokens":
            assert memory.tokens
            return memory.tokens.model_dump(mode="json")
        case "expire_access_token":
            # The SDK refreshes by the clock and never on a 401, so its clock is what runs out.
            provider.context.token_expiry_time = 1.0
            return None
        case other:
            raise ValueError(f"unknown method {other}")


anyio.run(main, sys.argv[1])
