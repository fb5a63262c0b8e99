import type { BadSchema, DecodeFault } from '../../decode/budget'
import type { Producer } from '../../decode/envelopes'
import type { DecoderId } from '../../decode/ids'
import { formatCount } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import { formatSize } from '../../format/format-size'

const names: Readonly<Record<DecoderId, string>> = {
  json: 'JSON',
  text: 'Text',
  msgpack: 'MessagePack',
  cbor: 'CBOR',
  protobuf: 'Protobuf',
  avro: 'Avro',
  php: 'PHP serialize',
  java: 'Java serialized',
  pickle: 'Python pickle (listed, not run)',
  faststream: 'FastStream',
  gzip: 'gzip',
  zlib: 'zlib',
  deflate: 'deflate',
  brotli: 'brotli',
  zstd: 'zstd',
  lz4: 'LZ4',
  snappy: 'Snappy',
  base64: 'base64',
  hex: 'hex',
  uuid: 'UUID',
  time: 'Time',
  utf16: 'UTF-16',
  latin1: 'Latin-1',
  gbk: 'GBK',
}

const producers: Readonly<Record<Producer, string>> = {
  spring: 'Spring Data',
  dapr: 'Dapr (CloudEvents)',
  watermill: 'Watermill',
  bullmq: 'BullMQ',
  socketio: 'socket.io',
  taskiq: 'Taskiq',
  faststream: 'FastStream',
  streaq: 'streaQ',
  debezium: 'Debezium',
  lbs: 'a load-balancer stream',
  cap: '.NET CAP',
  symfony: 'Symfony Messenger',
  redpanda: 'Redpanda Connect',
  nestjs: 'NestJS',
}

const nameOf = (id: string): string => (id in names ? names[id as DecoderId] : id)

/** How values are read: by which formats, and where they are not what they seem. */
export const decodeWords = {
  names,
  auto: 'Auto',
  /** From the outermost layer to the innermost. */
  chain: (chain: readonly string[]) => chain.map(nameOf).join(' → '),
  chainHint: 'What it was found to be, from the outermost layer to the innermost',
  as: (field: string) => `Decode ${field} as`,
  decoded: (field: string) => `${field}, decoded`,
  copy: (field: string) => `Copy ${field}, decoded`,
  view: 'Decoded',
  decoding: 'Decoding…',
  cut: 'Too much to be shown whole: the rest is left out.',
  large: (bytes: number) => `${formatSize(bytes)} are not decoded by themselves.`,
  decodeLarge: 'Decode',
  schema: 'Schema…',
  schemaOf: { protobuf: 'The .proto', avro: 'The Avro schema (JSON)' },
  message: 'Message',
  messageHint: 'Which message of it; empty: the first',
  useSchema: 'Use it',
  noSchema: 'Remove it',
  schemaTooLong: 'At most 64 KiB',
  producers,
  envelopeLabel: 'Envelope',
  envelope: (producer: string) => `Written by ${producer}`,
  fault: (fault: DecodeFault) => (fault.by === null ? whyNot(fault) : `${nameOf(fault.by)}: ${whyNot(fault)}`),
}

function whyNot(fault: DecodeFault): string {
  switch (fault.code) {
    case 'broken':
      return fault.line === undefined
        ? `breaks at byte ${formatCount(fault.at)}`
        : `breaks at line ${formatCount(fault.line)}, column ${formatCount(fault.column ?? 1)} (byte ${formatCount(fault.at)})`
    case 'ends-early':
      return `ends too early, at byte ${formatCount(fault.at)}`
    case 'goes-on':
      return `ends at byte ${formatCount(fault.at)}, and more follows`
    case 'unknown-type':
      return `has an unknown type, ${fault.type}, at byte ${formatCount(fault.at)}`
    case 'too-deep':
      return `is nested more than ${formatCount(fault.most)} levels deep`
    case 'too-large':
      return `is more than ${formatSize(fault.mostBytes)} unpacked`
    case 'too-slow':
      return `took more than ${formatDuration(fault.ms)} and was stopped`
    case 'not-this':
      return 'the value is not of this kind'
    case 'damaged':
      return 'the packed bytes are damaged'
    case 'needs-schema':
      return 'needs a schema to be read by'
    case 'bad-schema':
      return `the schema can't be used: ${whyBadSchema(fault)}`
    case 'worker-ended':
      return 'decoding it ended the decoder, which starts again; the value may be hostile'
    case 'busy':
      return 'too many values wait to be decoded; look at it again in a moment'
  }
}

function whyBadSchema({ reason, name, line, column, expected }: BadSchema): string {
  const at = line === undefined ? '' : `line ${formatCount(line)}: `
  switch (reason) {
    case 'syntax':
      return expected === undefined
        ? `${at}“${name}” can't stand there`
        : `${at}“${expected}” is missing before “${name}”`
    case 'no-syntax':
      return `${at}“${name}” can't stand there; perhaps \`syntax = "proto3";\` is missing at the top`
    case 'no-type':
      return `${at}there is no type “${name}” in it; correct its name, or add its definition`
    case 'import':
      return `${at}there is no type “${expected ?? ''}” in it, and “${name}” can't be read from here; put the definition in place of the import`
    case 'same-number':
      return `the number ${name} is given to two fields${expected === undefined ? '' : ` of “${expected}”`}; each needs one of its own`
    case 'same-name':
      return `${at}“${name}” is defined twice`
    case 'no-message':
      if (expected === undefined || expected === '') return 'there is no message in it'
      return `there is no message “${name}” in it; there are ${expected}`
    case 'json':
      return line === undefined
        ? 'it is no JSON'
        : `it is no JSON from line ${formatCount(line)}, column ${formatCount(column ?? 1)} on`
    case 'shape':
      return `“${name}” is no type of Avro`
    case 'other':
      return `${at}${name}`
  }
}
