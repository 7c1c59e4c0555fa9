import { journey, program } from '@countersign-clients/journey';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const python = (mode) => program(here('.venv/bin/python'), [here('client.py'), mode]);

journey('Python SDK, MCP 2026-07-28', {
  connect: python('auto'),
  protocolVersion: '2026-07-28',
  by: 'document',
});
journey('Python SDK, MCP 2025-11-25', { connect: python('legacy'), protocolVersion: '2025-11-25' });
