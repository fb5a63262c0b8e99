import type { Redis } from 'ioredis'

/** How much there is to look at. */
export interface Amounts {
  /** Entries of the big stream. */
  readonly entries: number
  /** Of those pending in its group. A third is one consumer's, the rest is spread over eleven. */
  readonly pending: number
  readonly streams: number
  /** All keys, streams included. */
  readonly keys: number
}

export const FULL: Amounts = { entries: 2_000_000, pending: 300_000, streams: 10_000, keys: 500_000 }
export const QUICK: Amounts = { entries: 200_000, pending: 30_000, streams: 1_000, keys: 50_000 }

export const BIG = 'bench:big'
export const GROUP = 'workers'
/** Holds a third of what is pending, and has died. */
export const HOLDER = 'consumer-01'
/** The other consumers. */
export const OTHERS = Array.from({ length: 11 }, (_, at) => `consumer-${String(at + 2).padStart(2, '0')}`)

const BATCH = 5_000

/** Adds entries `from` to `to` to the big stream, one a millisecond from ARGV[3] on. */
const ADD_ENTRIES = `
for n = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  redis.call('XADD', KEYS[1], string.format('%.0f-0', ARGV[3] + n), 'order', 'ORD-' .. n, 'customer', 'c-' .. n % 9973,
    'items', '[{"sku":"MUG-BLUE","quantity":' .. n % 7 .. '}]', 'total', string.format('%.2f', n % 50000 / 100))
end`

/** Puts entries `from` to `to` on the pending lists in runs of 100: every third run is KEYS' first consumer's. */
const HOLD_ENTRIES = `
local from, to, epoch, time = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
for first = from, to, 100 do
  local run, ids = first / 100, {}
  for n = first, math.min(first + 99, to) do ids[#ids + 1] = string.format('%.0f-0', epoch + n) end
  local consumer = run % 3 == 0 and 'consumer-01' or string.format('consumer-%02d', 2 + run % 11)
  ids[#ids + 1] = 'TIME'
  ids[#ids + 1] = time
  ids[#ids + 1] = 'FORCE'
  ids[#ids + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], ARGV[5], consumer, 0, unpack(ids))
end`

/**
 * Streams in folders of a hundred, three entries each, and plain keys: `from` to `to` of all keys. In a cluster each node makes
 * its own of them, and leaves the others to the others.
 */
const ADD_KEYS = `
local every = tonumber(ARGV[3])
for n = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  if n % every == 0 then
    local stream = n / every
    local key = string.format('shop:%02d:stream-%05d', stream / 100, stream)
    for entry = 1, 3 do redis.pcall('XADD', key, string.format('%.0f-%d', ARGV[4] + stream, entry), 'n', entry, 'text', 'small') end
  else
    redis.pcall('SET', 'cache:page:' .. n, 'x')
  end
end`

/** Fills an empty server, by scripts that run inside it: minutes over a socket, seconds this way. */
export async function seedBench(client: Redis, amounts: Amounts): Promise<void> {
  await seedBig(client, amounts)
  await seedKeys([client], amounts)
}

/** The big stream, on the server that its key belongs to. */
export async function seedBig(client: Redis, amounts: Pick<Amounts, 'entries' | 'pending'>): Promise<void> {
  const epoch = Date.now() - 6 * 3_600_000
  await inBatches(amounts.entries, (from, to) => client.eval(ADD_ENTRIES, 1, BIG, from, to, epoch))
  // The group has read nine tenths, and holds what it read last.
  const read = amounts.entries * 0.9
  await client.call('XGROUP', 'CREATE', BIG, GROUP, `${epoch + read - 1}-0`, 'ENTRIESREAD', read)
  const idleSince = Date.now() - 30 * 60_000
  await inBatches(amounts.pending, (from, to) => {
    const first = read - amounts.pending
    return client.eval(HOLD_ENTRIES, 1, BIG, first + from, first + to, epoch, idleSince, GROUP)
  })
}

/** All keys but that, on these servers: one, or the primaries of a cluster. */
export async function seedKeys(
  nodes: readonly Redis[],
  { keys, streams }: Pick<Amounts, 'keys' | 'streams'>,
): Promise<void> {
  const epoch = Date.now() - 6 * 3_600_000
  const seedNode = (client: Redis) =>
    inBatches(keys, (from, to) => client.eval(ADD_KEYS, 0, from, to, keys / streams, epoch))
  await Promise.all(nodes.map(seedNode))
}

async function inBatches(total: number, work: (from: number, to: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < total; from += BATCH) await work(from, Math.min(from + BATCH, total) - 1)
}
