export const BYTES_PER_LINE = 16

export interface HexLine {
  readonly offset: string
  /** Two groups, padded so that lines align. */
  readonly hex: string
  /** Printable ASCII, a dot for the rest. */
  readonly text: string
}

export function hexLineCount(raw: Uint8Array, perLine = BYTES_PER_LINE): number {
  return Math.ceil(raw.length / perLine)
}

function hexOf(raw: Uint8Array, from: number, length: number): string {
  const pairs: string[] = []
  for (let at = from; at < from + length; at += 1) {
    const byte = raw[at]
    pairs.push(byte === undefined ? '  ' : byte.toString(16).padStart(2, '0'))
  }
  return pairs.join(' ')
}

/** Line `index` as `hexdump -C` writes it; with fewer bytes to a line where there is less room. */
export function hexLine(raw: Uint8Array, index: number, perLine = BYTES_PER_LINE): HexLine {
  const from = index * perLine
  const half = perLine / 2
  let text = ''
  for (const byte of raw.subarray(from, from + perLine))
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'
  return {
    offset: from.toString(16).padStart(8, '0'),
    hex: `${hexOf(raw, from, half)}  ${hexOf(raw, from + half, half)}`,
    text,
  }
}

/** The whole dump, for the clipboard. */
export function hexDump(raw: Uint8Array): string {
  const lines: string[] = []
  for (let index = 0; index < hexLineCount(raw); index += 1) {
    const { offset, hex, text } = hexLine(raw, index)
    lines.push(`${offset}  ${hex}  |${text}|`)
  }
  return lines.join('\n')
}
