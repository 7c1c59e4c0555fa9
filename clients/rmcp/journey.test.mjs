import { journey, program } from '@countersign-clients/journey';
import { fileURLToPath } from 'node:url';

const BINARY =
  process.env.COUNTERSIGN_CLIENT_RMCP ??
  fileURLToPath(new URL('../../target/debug/countersign-client-rmcp', import.meta.url));

journey('rmcp', { connect: program(BINARY), protocolVersion: '2025-11-25' });
