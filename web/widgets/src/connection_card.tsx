import { type ReactNode, useEffect, useRef, useState } from "react";

import { type Action, ACTIONS, LEADS_TO, type Status, statusOf } from "./connection_state.ts";
import { counted } from "./frame.tsx";
import type { Host } from "./host.ts";
import type { Connection } from "./output.ts";
import { RichText } from "./rich_text.tsx";
import { initials, line } from "./text.ts";

const LABELS: Record<Action, string> = {
  REQUEST: "Connect",
  SKIP: "Skip",
  ACCEPT: "Accept",
  DECLINE: "Decline",
  CANCEL: "Cancel",
};

const BUSY: Record<Action, string> = {
  REQUEST: "Connecting…",
  SKIP: "Skipping…",
  ACCEPT: "Accepting…",
  DECLINE: "Declining…",
  CANCEL: "Cancelling…",
};

const STATES: Record<Status, string> = {
  none: "",
  requested: "Request sent",
  received: "Wants to connect",
  connected: "Connected",
  skipped: "Skipped",
  declined: "Declined",
};

/** What the last click came to. */
type Step =
  | { step: "idle" }
  | { step: "busy"; action: Action }
  | { step: "failed"; words: string };

interface Props {
  connection: Connection;
  host: Host;
  /** Tells those who do not see the card. */
  say: (words: string) => void;
}

/** A person, why they fit, and what can be done about it. */
export function ConnectionCard({ connection, host, say }: Props): ReactNode {
  const { userId, name, avatar, mutualIntents, synthesis } = connection;
  return (
    <li className="card">
      <div className="row person">
        <Portrait key={avatar} name={name} avatar={avatar} />
        <div>
          <h2><bdi>{name}</bdi></h2>
          {mutualIntents > 0 && <p className="quiet"><bdi>{counted(mutualIntents, "intent")} in common</bdi></p>}
        </div>
      </div>
      {synthesis && <RichText host={host} markdown={synthesis} about={name} />}
      <Actions userId={userId} name={name} initially={connection.status} host={host} say={say} />
    </li>
  );
}

function Portrait({ name, avatar }: { name: string; avatar: string | null }): ReactNode {
  const [broken, setBroken] = useState(false);
  if (avatar === null || broken) return <span className="portrait" aria-hidden="true">{initials(name)}</span>;
  return (
    // `src` comes last: what precedes it has to hold for the request.
    <img className="portrait" alt={`Portrait of ${name}`} width="40" height="40" decoding="async" loading="lazy" referrerPolicy="no-referrer" onError={() => setBroken(true)} src={avatar} />
  );
}

interface ActionsProps {
  userId: string;
  name: string;
  initially: Status;
  host: Host;
  say: (words: string) => void;
}

function Actions({ userId, name, initially, host, say }: ActionsProps): ReactNode {
  const [status, setStatus] = useState(initially);
  const [now, setNow] = useState<Step>({ step: "idle" });
  const group = useRef<HTMLDivElement>(null);
  const moved = useRef(false);

  // The button that was pressed is gone: whoever uses a keyboard goes on with what replaced it.
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    group.current?.querySelector<HTMLElement>("button, [tabindex]")?.focus();
  }, [status]);

  const act = async (action: Action): Promise<void> => {
    if (now.step === "busy") return;
    setNow({ step: "busy", action });
    const answer = await host
      .callTool("connection_action", { action, userId })
      .catch(() => ({ state: "failed", words: "" }) as const);
    if (answer.state !== "answered") {
      const words = answer.state === "failed" ? line(answer.words) : "";
      setNow({ step: "failed", words: words || "That did not work. Try again." });
      return;
    }
    const next = statusOf(answer.output) ?? LEADS_TO[action];
    moved.current = group.current?.contains(document.activeElement) ?? false;
    setNow({ step: "idle" });
    setStatus(next);
    say(next === "none" ? `Request to ${name} cancelled` : `${name}: ${STATES[next]}`);
  };

  const actions = ACTIONS[status];
  return (
    <>
      <div className="actions" ref={group} role="group" aria-label={name}>
        {STATES[status] && (
          <span className={`state ${status}`} {...(actions.length === 0 && { tabIndex: -1 })}>{STATES[status]}</span>
        )}
        {actions.map((action, index) => {
          const busy = now.step === "busy" && now.action === action;
          return (
            // `disabled` would take the focus away.
            <button key={action} type="button" className={index === 0 && action !== "CANCEL" ? "primary" : ""} aria-disabled={now.step === "busy"} aria-busy={busy} aria-label={`${busy ? BUSY[action] : LABELS[action]} (${name})`} onClick={() => void act(action)}>
              <bdi>{busy ? BUSY[action] : LABELS[action]}</bdi>
            </button>
          );
        })}
      </div>
      {now.step === "failed" && <p role="alert" className="alarm"><bdi>{now.words}</bdi></p>}
    </>
  );
}
