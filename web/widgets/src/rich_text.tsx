import { type MouseEvent, type ReactNode, useState } from "react";

import type { Host } from "./host.ts";
import { type Block, blocks, type Span } from "./markdown.ts";

/** Blocks beyond this many characters are shown on demand. */
const SHOWN_AT_ONCE = 700;

interface Props {
  host: Host;
  markdown: string;
  /** Whose text it is, for the button that shows the rest. */
  about: string;
}

/** Markdown as elements. Nothing of it is ever parsed as HTML. */
export function RichText({ host, markdown, about }: Props): ReactNode {
  const [whole, setWhole] = useState(false);
  const all = blocks(markdown);
  const first = beginning(all);
  const shown = whole ? all : all.slice(0, first);
  return (
    <div className="rich" dir="auto">
      {shown.map((block, index) => (
        <BlockView key={index} block={block} host={host} />
      ))}
      {first < all.length && (
        <button type="button" className="more" aria-expanded={whole} aria-label={`${whole ? "Show less" : "Show more"} about ${about}`} onClick={() => setWhole(!whole)}>
          {whole ? "Show less" : "Show more"}
        </button>
      )}
    </div>
  );
}

function beginning(all: Block[]): number {
  let length = 0;
  const cut = all.findIndex((block) => {
    const full = length >= SHOWN_AT_ONCE;
    length += lengthOf(block.kind === "list" ? block.items.flat() : block.spans);
    return full;
  });
  return cut < 0 ? all.length : cut;
}

function lengthOf(spans: Span[]): number {
  return spans.reduce((sum, span) => {
    if ("text" in span) return sum + span.text.length;
    return sum + ("spans" in span ? lengthOf(span.spans) : 0);
  }, 0);
}

function BlockView({ block, host }: { block: Block; host: Host }): ReactNode {
  switch (block.kind) {
    case "paragraph":
      return <p dir="auto"><Spans spans={block.spans} host={host} /></p>;
    case "heading":
      // The headings of the widget are its own.
      return <p dir="auto"><strong><Spans spans={block.spans} host={host} /></strong></p>;
    case "list": {
      const items = block.items.map((spans, index) => (
        <li key={index} dir="auto"><Spans spans={spans} host={host} /></li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
  }
}

function Spans({ spans, host }: { spans: Span[]; host: Host }): ReactNode {
  return spans.map((span, index) => <SpanView key={index} span={span} host={host} />);
}

function SpanView({ span, host }: { span: Span; host: Host }): ReactNode {
  switch (span.kind) {
    case "text":
      return span.text;
    case "code":
      return <code>{span.text}</code>;
    case "strong":
      return <strong><Spans spans={span.spans} host={host} /></strong>;
    case "em":
      return <em><Spans spans={span.spans} host={host} /></em>;
    case "break":
      return <br />;
    case "link":
      return <Link url={span.url} text={span.text} host={host} />;
  }
}

function Link({ url, text, host }: { url: URL; text: string; host: Host }): ReactNode {
  const [refused, setRefused] = useState(false);
  const open = (event: MouseEvent): void => {
    event.preventDefault();
    host.openLink(url).then(() => setRefused(false), () => setRefused(true));
  };
  return (
    <>
      <a href={url.href} rel="noopener noreferrer nofollow" target="_blank" onClick={open} onAuxClick={open}>
        <bdi>{text}</bdi>
        {/* The text is foreign and may name another place than the one that opens. */}
        {!text.includes(url.hostname) && <bdi className="quiet"> ({url.hostname})</bdi>}
      </a>
      {refused && <span role="alert" className="quiet"> could not be opened</span>}
    </>
  );
}
