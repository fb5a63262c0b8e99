/** CRC-64 of Jones, reflected, as Redis ends a DUMP with it. */
const POLYNOMIAL = 0x95ac9329ac4bc9b5n

export function withChecksum(payload: Buffer): Buffer {
  let sum = 0n
  for (const byte of payload) {
    sum ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >> 1n) ^ ((sum & 1n) === 1n ? POLYNOMIAL : 0n)
  }
  const end = Buffer.alloc(8)
  end.writeBigUInt64LE(sum)
  return Buffer.concat([payload, end])
}
