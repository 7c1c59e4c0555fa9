import type { CallToolResult } from "@modelcontextprotocol/client";
import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { Call } from "../call.ts";
import type { Playground } from "../playground.ts";
import { FailureNote } from "./failure.tsx";
import { Icon } from "./icons.tsx";
import { JsonBlock, MaybeJsonBlock } from "./text_block.tsx";
import { duration, size } from "./time.ts";

type Block = CallToolResult["content"][number];

/** Blocks that are shown before somebody asks for all. */
const MOST = 50;
const PICTURES = /^image\/(?:png|jpeg|gif|webp|avif)$/;

/** What the tool answered, for whom. */
export function Result({ playground, call }: { playground: Playground; call: Call }): VNode {
  const { outcome } = call;
  switch (outcome.state) {
    case "running":
      return <p class="waiting" role="status">Waiting for the answer…</p>;
    case "stopped":
      return <p class="empty">You stopped it{call.took === null ? "" : ` after ${duration(call.took)}`}. What the tool had done by then, it has done.</p>;
    case "failed":
      return (
        <FailureNote failure={outcome.failure}>
          {outcome.failure.signIn && <p class="pg-actions"><button type="button" class="button small" onClick={() => playground.signInAgain()}>Sign in</button></p>}
        </FailureNote>
      );
    case "answered":
      return <Answer result={outcome.result} misfit={outcome.misfit} progress={call.progress.map(({ words }) => words).filter((words) => words !== null)} />;
  }
}

function Answer({ result, misfit, progress }: { result: CallToolResult; misfit: string | null; progress: string[] }): VNode {
  const [all, setAll] = useState(false);
  const { content = [], structuredContent, _meta, isError, ...others } = result;
  const blocks = all ? content : content.slice(0, MOST);
  const rest = Object.fromEntries(Object.entries(others).filter(([name]) => name !== "resultType"));
  return (
    <div class="pg-result">
      {isError && <p class="pg-failure"><Icon name="warning" /><span>The tool says that it failed: <code>isError</code>. The model is told what stands below.</span></p>}
      {misfit && <p class="pg-failure pg-caution" role="status"><Icon name="warning" /><span>{misfit} Hosts may refuse it.</span></p>}
      <div>
        <h3>Content <span class="pg-for">for the model</span></h3>
        {content.length === 0 && <p class="empty">None.</p>}
        {blocks.map((block, index) => <ContentBlock key={index} block={block} label={content.length === 1 ? "Content" : `Content ${index + 1}`} />)}
        {blocks.length < content.length && <button type="button" class="pg-mini" onClick={() => setAll(true)}>Show all {content.length.toLocaleString("en")}</button>}
      </div>
      {structuredContent !== undefined && (
        <div>
          <h3>Structured content <span class="pg-for">for the widget and the model</span></h3>
          <JsonBlock label="Structured content" value={structuredContent} />
        </div>
      )}
      {_meta !== undefined && (
        <div>
          <h3>_meta <span class="pg-for">for the widget only</span></h3>
          <JsonBlock label="_meta" value={_meta} />
        </div>
      )}
      {Object.keys(rest).length > 0 && (
        <div>
          <h3>More</h3>
          <JsonBlock label="More" value={rest} />
        </div>
      )}
      {progress.length > 0 && (
        <div>
          <h3>Said on the way</h3>
          <ol class="pg-said-list">{progress.slice(-MOST).map((words, index) => <li key={index}>{words}</li>)}</ol>
        </div>
      )}
    </div>
  );
}

function ContentBlock({ block, label }: { block: Block; label: string }): VNode {
  switch (block.type) {
    case "text":
      return <MaybeJsonBlock label={label} text={block.text} />;
    case "image":
      if (!PICTURES.test(block.mimeType)) break;
      return <img class="pg-picture" alt={`${label}, a picture`} src={`data:${block.mimeType};base64,${block.data}`} />;
    case "resource":
      if (!("text" in block.resource)) break;
      return (
        <>
          <p class="hint"><code>{block.resource.uri}</code> {block.resource.mimeType}</p>
          <MaybeJsonBlock label={label} text={block.resource.text} />
        </>
      );
    case "resource_link":
      return <JsonBlock label={label} value={block} />;
  }
  const [type, data] = block.type === "resource" ? [block.resource.mimeType ?? "data", "blob" in block.resource ? block.resource.blob : ""] : "data" in block ? [block.mimeType, block.data] : ["data", ""];
  return <p class="empty">{label}: {type}, {size(Math.floor(data.length * 0.75))}</p>;
}
