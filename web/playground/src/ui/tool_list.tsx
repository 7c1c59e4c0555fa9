import type { Tool } from "@modelcontextprotocol/client";
import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { Playground } from "../playground.ts";
import { badgesOf, hasWidget, titleOf } from "../tool.ts";
import { Icon } from "./icons.tsx";

/** From this many on, one wants to search. */
const MANY = 8;
/** Tools that are listed before somebody asks for all. */
const MOST = 100;

interface Props {
  playground: Playground;
  tools: readonly Tool[];
  chosen: string | null;
}

export function ToolList({ playground, tools, chosen }: Props): VNode {
  const [sought, setSought] = useState("");
  const [all, setAll] = useState(false);
  const words = sought.toLowerCase().split(/\s+/);
  const found = tools.filter((tool) => {
    const text = `${tool.name} ${titleOf(tool)} ${tool.description ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const listed = all ? found : found.slice(0, MOST);
  return (
    <nav class="pg-tools" aria-label="Tools">
      <h2>Tools <span class="pg-count">{tools.length}</span></h2>
      {tools.length > MANY && (
        <input class="pg-input" type="search" placeholder="Search" aria-label="Search tools" value={sought} onInput={({ currentTarget }) => setSought(currentTarget.value)} />
      )}
      <ul>
        {listed.map((tool) => (
          <li key={tool.name}>
            <button type="button" aria-current={tool.name === chosen} onClick={() => playground.choose(tool.name)}>
              <span class="pg-tool-title"><bdi>{titleOf(tool)}</bdi>{hasWidget(tool) && <span class="pg-has-widget"><Icon name="widget" /><span class="hidden">has a widget</span></span>}</span>
              <span class="pg-tool-facts"><code>{tool.name}</code> {badgesOf(tool)[0]}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="empty" role="status">{tools.length === 0 ? "None." : "No tool is called that."}</p>}
      {listed.length < found.length && <button type="button" class="pg-mini" onClick={() => setAll(true)}>Show all {found.length.toLocaleString("en")}</button>}
    </nav>
  );
}
