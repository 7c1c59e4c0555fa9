// What every suite shares. One file per actor: the server process, the person in the browser, the
// redirect URI that catches the browser on its way back, and the journey they all take part in.
export { journey } from './journey.mjs';
export { OAuthMemory } from './oauth_memory.mjs';
export { program } from './program.mjs';
export { openBrowser } from './browser.mjs';
export { freePort } from './free_port.mjs';
export { hostDocument } from './document_host.mjs';
export { newcomer } from './person.mjs';
export { listenForRedirect, watchForRedirect } from './redirect.mjs';
export { BINARY, startServer } from './server.mjs';
