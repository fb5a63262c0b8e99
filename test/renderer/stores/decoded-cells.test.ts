// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { computed } from 'vue'
import { useDecodedCells, type DecodedCell } from '../../../renderer/stores/decoded-cells'
import * as chain from '../../../shared/decode/chain'
import { fakeApi } from '../helpers/fake-api'

vi.mock('../../../shared/decode/chain', { spy: true })

const target = { connectionId: 'c1', key: 'orders' }
let clock = 0

function field(value: string | { base64: string }) {
  return { name: 'body', value, size: 10, cut: false }
}
const gzipped = (number: number) => field({ base64: gzipSync(`{"id":${number}}`).toString('base64') })

beforeEach(() => {
  setActivePinia(createPinia())
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.spyOn(performance, 'now').mockImplementation(() => clock)
  vi.mocked(chain.decodeValue).mockImplementation((request, limits) => {
    const decoded = actual(request, limits)
    // As a value does that is hard to read.
    clock += 5
    return decoded
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.mocked(chain.decodeValue).mockClear()
})

const { decodeValue: actual } = await vi.importActual<typeof chain>('../../../shared/decode/chain')

test('a screen of cells holds the page up for a few milliseconds, and is there a little later', () => {
  fakeApi({})
  const cells = useDecodedCells()
  const draw = (): (DecodedCell | null)[] =>
    Array.from({ length: 300 }, (_, at) => cells.of(target, field(`["${at}",[]]`)))
  const from = clock
  draw()
  expect(clock - from).toBeLessThanOrEqual(15)
  vi.advanceTimersByTime(16 * 300)
  expect(draw().every((cell) => cell?.chain.join() === 'json')).toBe(true)
  // Once each.
  expect(vi.mocked(chain.decodeValue)).toHaveBeenCalledTimes(300)
})

test('the host is asked for a few words of each, the last seen first, and again where it could not tell', async () => {
  const asked: string[] = []
  let isGone = true
  fakeApi({
    entry: {
      decode: (input: { value: { base64: string }; cell: boolean; connectionId: string }) => {
        expect(input).toMatchObject({ cell: true, connectionId: 'c1' })
        asked.push(input.value.base64)
        if (isGone) throw new Error('no connection')
        return { chain: ['gzip', 'json'], root: { kind: 'array', items: [] }, last: null, fault: null }
      },
    },
  })
  const cells = useDecodedCells()
  const draw = (count: number): (DecodedCell | null)[] =>
    Array.from({ length: count }, (_, at) => cells.of(target, gzipped(at)))
  draw(8)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(new Set(asked).size).toBe(8)
  expect(draw(8).every((cell) => cell === null)).toBe(true)
  isGone = false
  clock += 3_000
  draw(8)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(draw(8).every((cell) => cell?.chain.join() === 'gzip,json')).toBe(true)
  expect(asked).toHaveLength(16)
})

const plain = { chain: [], root: null, last: null }
function hostThatIsLate(times: number, code = 'too-slow'): { readonly asked: () => number } {
  let asked = 0
  fakeApi({
    entry: {
      decode: () => {
        asked += 1
        if (asked <= times) return { ...plain, fault: { code, ms: 1, by: null } }
        return { chain: ['gzip', 'json'], root: { kind: 'array', items: [] }, last: null, fault: null }
      },
    },
  })
  return { asked: () => asked }
}

test.each(['too-slow', 'busy', 'worker-ended'])(
  'what was %s for a moment is asked for again, and shows without being drawn anew',
  async (code) => {
    const host = hostThatIsLate(2, code)
    const cells = useDecodedCells()
    const cell = computed(() => cells.of(target, gzipped(1)))
    expect(cell.value).toBeNull()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(cell.value?.chain).toEqual(['gzip', 'json'])
    expect(host.asked()).toBe(3)
  },
)

test('what takes too long whenever it is asked for is left as it is stored', async () => {
  const host = hostThatIsLate(Infinity)
  const cells = useDecodedCells()
  cells.of(target, gzipped(1))
  await vi.advanceTimersByTimeAsync(60_000)
  clock += 60_000
  expect(cells.of(target, gzipped(1))).toBeNull()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(host.asked()).toBe(3)
})

test('what can’t be decoded is asked for once', async () => {
  const host = hostThatIsLate(Infinity, 'broken')
  useDecodedCells().of(target, gzipped(1))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(host.asked()).toBe(1)
})

test('what the page has no time for, the host is asked', async () => {
  const host = hostThatIsLate(0)
  vi.mocked(chain.decodeValue).mockImplementation(() => ({
    ...{ chain: [], root: null, last: new Uint8Array(), isCut: false, needsHost: null },
    fault: { code: 'too-slow', ms: 20, by: null },
  }))
  const cells = useDecodedCells()
  const cell = computed(() => cells.of(target, field('["1"]')))
  expect(cell.value).toBeNull()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([cell.value?.chain, host.asked()]).toEqual([['gzip', 'json'], 1])
})
