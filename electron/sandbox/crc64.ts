/** CRC-64 as DUMP and RESTORE use it (Jones, reflected; `crc64.c`), in two halves: BigInt would take seconds. */

const POLYNOMIAL_HIGH = 0x95ac9329
const POLYNOMIAL_LOW = 0xac4bc9b5

const tableHigh = new Uint32Array(256)
const tableLow = new Uint32Array(256)
for (let byte = 0; byte < 256; byte += 1) {
  let high = 0
  let low = byte
  for (let bit = 0; bit < 8; bit += 1) {
    const carry = low & 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (carry) {
      high ^= POLYNOMIAL_HIGH
      low ^= POLYNOMIAL_LOW
    }
  }
  tableHigh[byte] = high
  tableLow[byte] = low
}

/** The checksum's eight bytes, lowest first. */
export function crc64(data: Uint8Array): Buffer {
  let high = 0
  let low = 0
  for (const byte of data) {
    const at = (low ^ byte) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ (tableLow[at] ?? 0)
    high = (high >>> 8) ^ (tableHigh[at] ?? 0)
  }
  const sum = Buffer.alloc(8)
  sum.writeUInt32LE(low >>> 0, 0)
  sum.writeUInt32LE(high >>> 0, 4)
  return sum
}
