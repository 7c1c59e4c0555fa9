import { journey, program } from '@countersign-clients/journey';
import { fileURLToPath } from 'node:url';

const BINARY =
  process.env.COUNTERSIGN_CLIENT_RMCP ??
  fileURLToPath(new URL('../../target/debug/countersign-client-rmcp', import.meta.url));

journey('rmcp, MCP 2026-07-28', {
  connect: program(BINARY, ['auto']),
  protocolVersion: '2026-07-28',
  by: 'document',
});
journey('rmcp, MCP 2025-11-25', { connect: program(BINARY, ['legacy']), protocolVersion: '2025-11-25' });
