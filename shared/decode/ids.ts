/** Every form that a value can be read in. The order is that of a menu. */
export const DECODER_IDS = [
  'json',
  'text',
  'msgpack',
  'cbor',
  'protobuf',
  'avro',
  'php',
  'java',
  'pickle',
  'faststream',
  'gzip',
  'zlib',
  'deflate',
  'brotli',
  'zstd',
  'lz4',
  'snappy',
  'base64',
  'hex',
  'uuid',
  'time',
  'utf16',
  'latin1',
  'gbk',
] as const
export type DecoderId = (typeof DECODER_IDS)[number]

/** What only the host's worker unpacks. */
export const PACKED_IDS = ['gzip', 'zlib', 'deflate', 'brotli', 'zstd'] as const
export type PackedId = (typeof PACKED_IDS)[number]

/** Those that read more with a schema. */
export const SCHEMA_IDS = ['protobuf', 'avro'] as const satisfies readonly DecoderId[]
