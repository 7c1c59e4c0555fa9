/**
 * What a client knows so far, by name: the answers it kept, its PKCE verifier, its tokens. A
 * profile writes `{resource.authorization_servers.0}` where the client would fill that in.
 */
export class Memory {
  #known = {};

  constructor(known) {
    Object.assign(this.#known, known);
  }

  set(name, value) {
    this.#known[name] = value;
  }

  /** What stands at a dotted path; a function there is asked each time. */
  get(path) {
    const value = at(this.#known, path);
    if (value === undefined) throw new Error(`the client knows no "${path}" at this point`);
    return typeof value === 'function' ? value() : value;
  }

  /** The template with every `{path}` in its texts filled in. */
  fill(template) {
    if (typeof template === 'string') return this.#fillText(template);
    if (Array.isArray(template)) return template.map((member) => this.fill(member));
    if (template === null || typeof template !== 'object') return template;
    return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, this.fill(value)]));
  }

  #fillText(text) {
    const whole = /^\{([^{}:]+)\}$/.exec(text);
    if (whole) return this.get(whole[1]);
    return text.replaceAll(/\{(words:)?([^{}:]+)\}/g, (_, words, path) =>
      words ? this.get(path).join(' ') : this.get(path),
    );
  }
}

/** What stands at a dotted path below `value`, if anything. */
export function at(value, path) {
  return path.split('.').reduce((inner, key) => inner?.[key], value);
}
