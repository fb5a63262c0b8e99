import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { createDecoding } from '../../../../electron/services/decoding/decoding'
import { builtDecoder } from '../../../helpers/built-decoder'

const MIB = 1024 * 1024
const AUTO = { name: null, as: 'auto', schema: null } as const
const decoding = createDecoding(builtDecoder)
afterAll(() => decoding.close())
const decode = (text: string, isCell = false) => decoding.decode(gzipSync(text), AUTO, { lane: 'a', isCell })

test('of what was unpacked no more goes over the line than can be shown, and text stays text', async () => {
  const plain = await decode(`a${'é'.repeat(MIB)} and so on`)
  expect(plain).toMatchObject({ chain: ['gzip'], root: null, fault: null })
  expect(plain.last).toBe(`a${'é'.repeat(MIB / 2 - 1)}`)
  const tree = await decode(JSON.stringify({ first: 'x'.repeat(2 * MIB), then: 'y' }))
  expect(tree).toMatchObject({ chain: ['gzip', 'json'], isCut: true })
  expect(JSON.stringify(tree.root).length).toBeLessThan(1.1 * MIB)
  const cell = await decode(JSON.stringify({ first: 'x'.repeat(5_000) }), true)
  expect(JSON.stringify(cell.root).length).toBeLessThan(1_500)
})
