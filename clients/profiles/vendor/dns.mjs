import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const HEADER = 12;
const TYPE_A = 1;
const TTL_SECONDS = 60;
const NAME_ERROR = 3;

/** A name server (RFC 1035) that knows these hosts, all at one IPv4 address, and no others. */
export async function nameServer(hosts, address) {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(answer(query, hosts, address), from.port, from.address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise((resolve) => socket.close(resolve)),
  };
}

function answer(query, hosts, address) {
  const { name, type, end } = question(query);
  const known = hosts.includes(name);
  const record = known && type === TYPE_A ? resource(address) : Buffer.alloc(0);
  const header = Buffer.alloc(HEADER);
  query.copy(header, 0, 0, 2);
  // An authoritative response that repeats "recursion desired" and offers it.
  header.writeUInt16BE(0x8580 | (known ? 0 : NAME_ERROR), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(record.length ? 1 : 0, 6);
  return Buffer.concat([header, query.subarray(HEADER, end), record]);
}

function question(query) {
  const labels = [];
  let at = HEADER;
  for (let length = query[at]; length !== 0; length = query[at]) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function resource(address) {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | HEADER, 0); // the name of the question
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(1, 4); // class IN
  record.writeUInt32BE(TTL_SECONDS, 6);
  record.writeUInt16BE(4, 10);
  Buffer.from(address.split('.').map(Number)).copy(record, 12);
  return record;
}
