"""A client of `mls mcp`, made of the official SDK: python mcp_client.py MODE COMMAND...

MODE is legacy (the handshake), 2026-07-28 (stateless) or auto (asks first). Prints what it saw as JSON.
"""

import asyncio
import json
import os
import sys

from mcp import Client, StdioServerParameters


async def main() -> None:
    mode, command, *arguments = sys.argv[1:]
    server = StdioServerParameters(command=command, args=arguments, env=dict(os.environ))
    seen = {}
    async with Client(server, mode=mode, read_timeout_seconds=50) as client:
        seen["version"] = client.protocol_version
        seen["instructions"] = client.instructions
        seen["tools"] = [tool.name for tool in (await client.list_tools()).tools]
        resources = (await client.list_resources()).resources
        seen["resources"] = [resource.name for resource in resources]
        question = next(resource for resource in resources if resource.name == "question.md")
        seen["question"] = (await client.read_resource(question.uri)).contents[0].text

        async def call(name: str, **given):
            result = await client.call_tool(name, given)
            return result.is_error, result.content[0].text

        seen["task"] = await call("task")
        seen["view"] = await call("view", path="surface.hpp")
        seen["mistake"] = await call("edit", old_text="nothing like this", new_text="")
        _, text = await call("view", path="baselines/kl_ucb.cpp")
        source = "".join(line.split("\t", 1)[1] + "\n" for line in text.splitlines())
        seen["write"] = await call("write", text=source)
        seen["start_test"] = await call("start_test", note="as published")
        for _ in range(20):
            seen["result"] = await call("test_result", handle="test-1")
            if "is running" not in seen["result"][1]:
                break
        seen["note"] = await call("note", text="good enough")
        seen["submit"] = await call("submit")
        seen["budget"] = await call("budget")
    print(json.dumps(seen))


asyncio.run(main())
