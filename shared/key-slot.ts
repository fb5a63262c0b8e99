const OPEN = 0x7b // {
const CLOSE = 0x7d // }

/**
 * In which of a cluster's 16384 slots a key lies. Keys whose names have the same part in braces lie in the same, and only
 * such keys may share a command, a script or a transaction there.
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 */
export function keySlot(key: Uint8Array): number {
  return crc16(hashTag(key)) % 16_384
}

/** What lies between the first `{` and the first `}` after it, unless that is nothing: then the whole key. */
function hashTag(key: Uint8Array): Uint8Array {
  const open = key.indexOf(OPEN)
  const close = open < 0 ? -1 : key.indexOf(CLOSE, open + 1)
  return close > open + 1 ? key.subarray(open + 1, close) : key
}

/** CRC-16/XMODEM: polynomial 0x1021, from 0, neither reflected nor inverted. */
function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1
  }
  return crc
}
