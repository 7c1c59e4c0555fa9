import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { curl } from "../curl.ts";
import type { Exchange, Header, StreamEvent } from "../exchange.ts";
import { Copy } from "./copy.tsx";
import { MaybeJsonBlock } from "./text_block.tsx";
import { clock, duration } from "./time.ts";

interface Props {
  exchanges: readonly Exchange[];
  /** Whether the latest is laid open. */
  open?: boolean;
}

/** Exchanges that are listed before somebody asks for all. */
const MOST = 40;

/** What went over the wire, oldest first. */
export function ExchangeList({ exchanges, open = false }: Props): VNode {
  const [all, setAll] = useState(false);
  const listed = all ? exchanges : exchanges.slice(-MOST);
  if (exchanges.length === 0) return <p class="empty">Nothing went over the wire.</p>;
  return (
    <>
      {listed.length < exchanges.length && <button type="button" class="pg-mini" onClick={() => setAll(true)}>Show all {exchanges.length}</button>}
      <ol class="pg-exchanges">
        {listed.map((exchange, index) => <li key={exchange.id}><ExchangeView exchange={exchange} open={open && index === listed.length - 1} /></li>)}
      </ol>
    </>
  );
}

function ExchangeView({ exchange, open }: { exchange: Exchange; open: boolean }): VNode {
  const [opened, setOpened] = useState(open);
  const { method, url, asks, answer, took, failure } = exchange;
  const path = new URL(url).pathname;
  const status = answer?.status;
  return (
    <details class="pg-exchange" open={opened} onToggle={({ currentTarget }) => setOpened(currentTarget.open)}>
      <summary>
        <span class="pg-line"><b>{method}</b> <span class="pg-path">{path}</span> {asks && <span class="pg-asks">{asks}</span>}</span>
        <span class="pg-line">
          {status !== undefined && <span class={status < 400 ? "pg-status" : "pg-status pg-bad"}>{status}</span>}
          {status === undefined && <span class="pg-status pg-bad">{failure ? "no answer" : "…"}</span>}
          <span>{took === null ? "under way" : duration(took)}</span>
          <time>{clock(exchange.began)}</time>
        </span>
      </summary>
      {opened && <ExchangeBody exchange={exchange} />}
    </details>
  );
}

function ExchangeBody({ exchange }: { exchange: Exchange }): VNode {
  const { id, url, requestHeaders, requestBody, answer, body, events, failure } = exchange;
  const form = requestHeaders.some(([name, value]) => name === "content-type" && value.startsWith("application/x-www-form-urlencoded"));
  return (
    <div class="pg-exchange-body">
      <div class="pg-exchange-head">
        <h3>Request</h3>
        <Copy text={() => curl(exchange)} label="Copy as curl" />
      </div>
      <p class="pg-url"><code>{url}</code></p>
      <Headers label={`Request headers of exchange ${id}`} headers={requestHeaders} />
      {requestBody !== null && (form ? <Headers label={`Request body of exchange ${id}`} headers={[...new URLSearchParams(requestBody)]} /> : <MaybeJsonBlock label={`Request body of exchange ${id}`} text={requestBody} />)}
      {answer && (
        <>
          <div class="pg-exchange-head"><h3>Answer</h3><span class="hint">{answer.status}, after {duration(answer.after)}</span></div>
          <Headers label={`Answer headers of exchange ${id}`} headers={answer.headers} />
        </>
      )}
      {body !== null && body !== "" && <MaybeJsonBlock label={`Answer body of exchange ${id}`} text={body} />}
      {events && <Events id={id} events={events} />}
      {failure && <p class="pg-problem">{failure}</p>}
    </div>
  );
}

function Headers({ label, headers }: { label: string; headers: Header[] }): VNode {
  return (
    <dl class="pg-headers" aria-label={label}>
      {headers.map(([name, value], index) => <div key={index}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function Events({ id, events }: { id: number; events: StreamEvent[] }): VNode {
  const [all, setAll] = useState(false);
  const listed = all ? events : events.slice(-MOST);
  return (
    <>
      {listed.length < events.length && <button type="button" class="pg-mini" onClick={() => setAll(true)}>Show all {events.length} events</button>}
      <ol class="pg-events" aria-label={`Events of exchange ${id}`}>
        {listed.map(({ at, type, data }, index) => (
          <li key={index}>
            <p class="hint">after {duration(at)}{type && `, ${type}`}</p>
            <MaybeJsonBlock label={`Event ${events.length - listed.length + index + 1} of exchange ${id}`} text={data} />
          </li>
        ))}
      </ol>
    </>
  );
}
