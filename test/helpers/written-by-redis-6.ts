import { withChecksum } from './dump-checksum'

/** A small DUMP of a stream by Redis 7.0 (type 19) as Redis 5 to 6.2 writes it (type 15): without the first id, the greatest deleted id, and what was added and read. Made without compression. */
export function asWrittenByRedis6(dump: Buffer): Buffer {
  if (dump[0] !== 19) throw new Error(`a stream of type ${dump[0]}`)
  const kept: Buffer[] = [Buffer.of(15)]
  let at = 1
  const raw = (bytes: number): Buffer => dump.subarray(at, (at += bytes))
  const keep = (bytes: number): void => void kept.push(raw(bytes))
  /** A length, and how it is written. */
  const length = (): { readonly value: number; readonly written: Buffer } => {
    const first = dump.readUInt8(at)
    if (first < 0x40) return { value: first, written: raw(1) }
    if (first < 0x80) return { value: dump.readUInt16BE(at) & 0x3fff, written: raw(2) }
    if (first === 0x80) return { value: dump.readUInt32BE(at + 1), written: raw(5) }
    if (first === 0x81) return { value: Number(dump.readBigUInt64BE(at + 1)), written: raw(9) }
    throw new Error(`no plain length: ${first}`)
  }
  const keepLength = (): number => {
    const { value, written } = length()
    kept.push(written)
    return value
  }
  const keepText = (): void => keep(keepLength())
  const times = (count: number, what: () => void): void => Array.from({ length: count }).forEach(what)
  const [keepId, leaveOut] = [() => void times(2, keepLength), (count: number) => void times(count, length)]
  times(keepLength(), () => void times(2, keepText))
  keepLength()
  keepId()
  leaveOut(5)
  times(keepLength(), () => {
    keepText()
    keepId()
    leaveOut(1)
    times(keepLength(), () => {
      keep(24)
      keepLength()
    })
    times(keepLength(), () => {
      keepText()
      keep(8)
      times(keepLength(), () => void keep(16))
    })
  })
  return withChecksum(Buffer.concat([...kept, Buffer.of(9, 0)]))
}
