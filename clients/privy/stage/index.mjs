// What the suites share, one file per actor.
export { mcp2Environment } from './mcp2.mjs';
export { connectClient } from './mcp_client.mjs';
export { PlainBrowser } from './plain_browser.mjs';
export { startProductApi } from './product_api.mjs';
export { bearer } from './protocol_api.mjs';
export { startReplicas } from './replicas.mjs';
export { startEverything, startSimulator } from './simulator.mjs';
export { callTool } from './tool_call.mjs';
export { verdicts } from './verdicts.mjs';
export { Visitor } from './visitor.mjs';
export { carryPasskey, carryWallet, withCode, withGoogle, withPasskey, withWallet } from './ways.mjs';
export { world } from './world.mjs';
