// Foreign text, each of which runs, loads, leads astray or misleads where it is taken for more than text
// (group Widgets of the catalogue of attacks). What runs sets `window.hit`, what loads asks evil.example.
export const HOSTILE = [
  '<script>window.hit=1</script>',
  '</script><script>window.hit=1</script>',
  '</textarea></title></style><script>window.hit=1</script>',
  '<img src=x onerror="window.hit=1">',
  '<img src="https://evil.example/beacon.png">',
  "<svg onload=window.hit=1><a xlink:href='javascript:window.hit=1'><text>x</text></a></svg>",
  "<iframe srcdoc='<script>parent.hit=1</script>'></iframe><object data=//evil.example></object>",
  "<style>*{display:none!important}</style><base href='https://evil.example/'>",
  '<form action="https://evil.example"><input autofocus onfocus=window.hit=1></form>',
  '[click](javascript:window.hit=1)',
  '[click](java\tscript:window.hit=1) [click](vbscript:x) [click](data:text/html,<script>window.hit=1</script>)',
  '[click](http://evil.example/) [click](//evil.example/)',
  '[click](https://user:secret@evil.example/) [click](https://good.example\\@evil.example/)',
  '![picture](https://evil.example/beacon.png)',
  '[x](https://good.example/" onclick="window.hit=1)',
  '\u202egnp.exe\u2066\u2067 \u202a\u202b\u202d',
  "{{constructor.constructor('window.hit=1')()}} ${window.hit=1} <%= window.hit=1 %>",
];

export const HOSTILE_AVATARS = [
  'javascript:window.hit=1',
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='window.hit=1'/>",
  'http://evil.example/a.png',
  '//evil.example/a.png',
  'https://good.example/a.png" onerror="window.hit=1',
  'https://user:secret@evil.example/a.png',
];

/** What a page or a frame must not have after it showed these. Runs there. */
export const traces = () => ({
  hit: typeof window.hit,
  scripts: [...document.querySelectorAll('script:not([src])')].filter(({ textContent }) => textContent.includes('window.hit')).length,
  elements: document.querySelectorAll('iframe[srcdoc], object, embed, base, form[action*="evil"], [src*="evil.example"], [href*="evil.example/a"]').length,
  handlers: [...document.querySelectorAll('*')].flatMap(({ attributes }) => [...attributes]).filter(({ name }) => /^on|^srcdoc$/.test(name)).length,
  links: [...document.querySelectorAll('[href], [src]')]
    .flatMap((element) => [element.getAttribute('href'), element.getAttribute('src')])
    .filter((address) => /^\s*(?:javascript|data:text|vbscript|http:\/\/evil|\/\/evil)/i.test(address ?? '')),
});

export const NO_TRACES = { hit: 'undefined', scripts: 0, elements: 0, handlers: 0, links: [] };
