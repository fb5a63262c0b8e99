import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { batchesOf, useJournals } from './journal-kit'
import { useBuiltApp } from '../../../helpers/use-built-app'

// A journal in a process of its own, as Sluice is, so that the process can be killed, or kept from writing.
const kit = useJournals()
const app = useBuiltApp(new URL('./journal-app.ts', import.meta.url))
const children = new Set<ChildProcess>()
afterEach(async () => {
  for (const child of children) await kill(child)
  children.clear()
})

interface App {
  readonly child: ChildProcess
  /** Resolves with what came of it. */
  tell(what: string): Promise<unknown>
}

/** `limitBlocks`: no file of it may grow beyond so many times 512 bytes. */
function run(limitBlocks?: number): App {
  const command = [process.execPath, app.path, kit.dataDir]
  const limited = ['sh', '-c', `ulimit -f ${limitBlocks}; exec "$@"`, 'sh', ...command]
  const [file = '', ...args] = limitBlocks === undefined ? command : limited
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.add(child)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    child,
    async tell(what) {
      child.stdin.write(`${what}\n`)
      const said = await lines.next()
      if (said.done) throw new Error('the app ended')
      return JSON.parse(said.value) as unknown
    },
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

test('killed between intent and outcome: the record is interrupted, and the batch one of unknown outcome', async () => {
  const { child, tell } = run()
  const id = (await tell('begin')) as string
  for (const what of ['intent', 'outcome', 'intent']) expect(await tell(what)).toBeNull()
  const journal = await kit.open()
  expect((await journal.get(id)).record).toMatchObject({ state: 'running', counts: { changed: 1 } })
  await kill(child)
  // The journal that was open all along learns of it as well as one opened afterwards.
  for (const reader of [journal, await kit.open()]) {
    const { record } = await reader.get(id)
    expect(record).toMatchObject({ state: 'interrupted', endedAt: null, counts: { changed: 1 }, error: null })
    const batches = await batchesOf(reader, id)
    expect(batches.map(({ at, until }) => [at, until])).toEqual([
      [1_000, 2_000],
      [1_001, null],
    ])
    expect(batches[1]?.changed.map((entry) => entry.id)).toEqual(['2-0'])
  }
})

test('killed after its beginning: the record is interrupted, and has no batches', async () => {
  const { child, tell } = run()
  const id = (await tell('begin')) as string
  await kill(child)
  const journal = await kit.open()
  expect((await journal.get(id)).record.state).toBe('interrupted')
  expect(await batchesOf(journal, id)).toEqual([])
})

test('killed after its end: the record stays as it ended', async () => {
  const { child, tell } = run()
  const id = (await tell('begin')) as string
  for (const what of ['intent', 'outcome', 'end']) await tell(what)
  await kill(child)
  expect((await (await kit.open()).get(id)).record).toMatchObject({ state: 'done', counts: { changed: 1 } })
})

test('what another process ends is seen here, while both run', async () => {
  const { tell } = run()
  const id = (await tell('begin')) as string
  const journal = await kit.open()
  const state = async () => (await journal.get(id)).record.state
  expect(await state()).toBe('running')
  await tell('end')
  expect(await state()).toBe('done')
})

test('a disk that takes half a line: STORAGE, the half is taken back, and the next record is whole', async () => {
  const { child, tell } = run(8)
  const torn = (await tell('begin')) as string
  expect(await tell('large intent')).toEqual({
    failed: expect.stringMatching(/^The journal could not be written, so nothing was sent: EFBIG/) as string,
  })
  const whole = (await tell('begin')) as string
  for (const what of ['intent', 'outcome', 'end']) expect(await tell(what)).toBeNull()
  await kill(child)
  const journal = await kit.open()
  expect(await journal.list({ count: 10 })).toMatchObject({
    records: [
      { id: whole, state: 'done' },
      { id: torn, state: 'interrupted' },
    ],
    damaged: 0,
  })
  expect(await batchesOf(journal, torn)).toEqual([])
  expect(await batchesOf(journal, whole)).toHaveLength(1)
  expect(kit.names().map((name) => kit.text(name).endsWith('\n'))).toEqual([true, true])
})
