// What the tools answer: as they should, and as nobody should.
export const intents = (count = 3): object => ({
  intents: [
    { id: "i1", payload: "Looking for a co-founder with a background in distributed systems to build privacy-preserving infrastructure.", summary: "Co-founder for privacy infrastructure", createdAt: "2026-11-20T10:00:00Z" },
    { id: "i2", payload: "Would like to advise early climate startups on grid software.", createdAt: "2026-11-21T09:30:00Z" },
    { id: "i3", payload: "Raising a pre-seed round.", summary: "Pre-seed round", createdAt: "2026-11-22T23:30:00Z" },
  ].slice(0, count),
  filesProcessed: 2,
  linksProcessed: 1,
  intentsGenerated: count,
});

export const connections = (): object => ({
  connections: [
    { user: { id: "u1", name: "Ada Lovelace", avatar: "https://images.example/ada.png" }, mutualIntentCount: 3, synthesis: "You both care about **programmable machines**. Ada wrote the *first* published program, see [her notes](https://notes.example/ada).\n\n- Shares your view on `open` research\n- Looks for a co-founder\n\nYou could start with the analytical engine." },
    { user: { id: "u2", name: "محمد بن موسى الخوارزمي", avatar: null }, mutualIntentCount: 1, synthesis: "يهتم كلاكما بالخوارزميات والجبر." },
    { user: { id: "u3", name: "Grace Hopper", avatar: "https://images.example/grace.png" }, mutualIntentCount: 0, synthesis: "" },
  ],
  intentsExtracted: 2,
  connectionsFound: 3,
});

export const OVERRIDE = "\u202e";

/** Foreign text in every field, each of which runs, loads or misleads where it is taken for more than text. */
export const HOSTILE: string[] = [
  '<img src=x onerror="window.hit=1">',
  "</script><script>window.hit=1</script>",
  "<svg onload=window.hit=1><a xlink:href='javascript:window.hit=1'><text>x</text></a></svg>",
  "<svg><script>window.hit=1</script></svg>",
  "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
  "<style>*{display:none}</style><!-- --><base href='https://evil.example/'>",
  "<form action='https://evil.example'><input autofocus onfocus=window.hit=1></form>",
  "[click](javascript:window.hit=1)",
  "[click](JaVaScRiPt:window.hit=1)",
  "[click](java\tscript:window.hit=1)",
  "[click](\u0001javascript:window.hit=1)",
  "[click](data:text/html,<script>window.hit=1</script>)",
  "[click](vbscript:x) [click](blob:https://x/y) [click](file:///etc/passwd)",
  "[click](http://evil.example/) [click](//evil.example/) [click](https:evil.example)",
  "[click](https://user:secret@evil.example/) [click](https://good.example\\@evil.example/)",
  "![picture](https://evil.example/beacon.png)",
  '[x](https://good.example/" onclick="window.hit=1)',
  "<javascript:window.hit=1> <https://evil.example/>",
  `${OVERRIDE}gnp.exe\u2066\u2067 \u202a\u202b\u202d\u0000\u0007`,
  "{{constructor.constructor('window.hit=1')()}} ${window.hit=1}",
];

export const hostileIntents = (): object => ({
  intents: HOSTILE.map((text, index) => ({ id: `${index}${text}`, payload: text, summary: text, createdAt: text })),
  filesProcessed: "<b>9</b>",
  linksProcessed: { toString: "x" },
});

export const hostileConnections = (): object => ({
  connections: [
    ...HOSTILE.map((text, index) => ({ user: { id: `${index}${text}`, name: text, avatar: text }, mutualIntentCount: text, synthesis: text })),
    ...["javascript:window.hit=1", "data:image/svg+xml,<svg onload='window.hit=1'/>", "http://evil.example/a.png", "//evil.example/a.png", "blob:https://x/y"].map((avatar) => ({
      user: { id: avatar, name: "Mallory", avatar, dangerouslySetInnerHTML: { __html: "<img src=x onerror=window.hit=1>" } },
      mutualIntentCount: 1,
      synthesis: { __html: "<img src=x onerror=window.hit=1>", type: "script", props: {} },
    })),
  ],
  intentsExtracted: -1,
});
