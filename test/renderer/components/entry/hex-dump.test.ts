import { describe, expect, it } from 'vitest'
import { hexDump, hexLine, hexLineCount } from '../../../../renderer/components/entry/hex-dump'

describe('hex dump', () => {
  const raw = Uint8Array.from({ length: 20 }, (_, index) => index + 50)

  it('is laid out as hexdump -C does', () => {
    expect(hexDump(raw)).toBe(
      [
        '00000000  32 33 34 35 36 37 38 39  3a 3b 3c 3d 3e 3f 40 41  |23456789:;<=>?@A|',
        '00000010  42 43 44 45                                       |BCDE|',
      ].join('\n'),
    )
  })

  it('shows bytes that do not print as dots', () => {
    expect(hexLine(Uint8Array.of(0, 27, 65, 127, 255), 0).text).toBe('..A..')
  })

  it('has no line for no bytes', () => {
    expect(hexLineCount(new Uint8Array())).toBe(0)
  })
})
