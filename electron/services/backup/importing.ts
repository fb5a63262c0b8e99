import { AppError } from '../../../shared/error'
import { MOST_IMPORT_FAULTS, type ImportEvent, type ImportFormat } from '../../../shared/model/entry-import'
import { GivenStopped, type GivenFile, type TakeFile } from './given-file'
import { stageImport, type StagedImport, type StageOutcome } from './stage-import'

/** At a time, of all who ask, until they leave: each holds a line while it is read, and a file behind that. */
const MOST_AT_ONCE = 4
const TELL_EVERY_MS = 200
/** Of the longest line: it is read while others are served, and held several times over. */
const MOST_LINE_BYTES = 64 * 1024 * 1024

export interface Importing {
  /** Until `signal` ends it; what is kept by then, and no import was begun of, is removed. Throws BUSY, STORAGE. */
  read(
    request: { readonly format: ImportFormat | null; readonly again: string | null },
    signal?: AbortSignal,
  ): AsyncGenerator<ImportEvent, void>
  /** From here on a job, or an undo, may need what was kept under this name. */
  begun(file: string): void
}

interface ImportingOptions {
  readonly dataDir: string
  readonly takeFile: TakeFile
}

/** Files of entries that pages give, on their way to a stream. */
export function createImporting({ dataDir, takeFile }: ImportingOptions): Importing {
  const waiting = new Map<string, StagedImport>()
  let underWay = 0

  async function* readFile(
    given: GivenFile,
    format: ImportFormat | null,
    signal: AbortSignal,
  ): AsyncGenerator<ImportEvent, void> {
    const { origin, again } = given
    if (origin.kind === 'sent') yield { kind: 'send', path: origin.path, mostBytes: origin.mostBytes }
    const { name, bytes: total } = origin.kind === 'file' ? origin : { name: '', bytes: null }
    if (origin.kind === 'file') yield { kind: 'reading', name, bytes: 0, total }
    let bytes = 0
    async function* counted(): AsyncGenerator<Buffer, void> {
      for await (const chunk of given.chunks) {
        bytes += chunk.length
        yield chunk
      }
    }
    // The stream is named by the plan.
    const options = {
      ids: 'new',
      format,
      mostFaults: MOST_IMPORT_FAULTS,
      mostLineBytes: MOST_LINE_BYTES,
      signal,
    } as const
    const work = stageImport(dataDir, '', counted(), options)
    let outcome: StageOutcome | null = null
    try {
      while (!(await within(work, TELL_EVERY_MS))) yield { kind: 'reading', name, bytes, total }
      outcome = await work
    } finally {
      // Nobody listens any more.
      if (outcome === null) {
        given.drop()
        await work.then(
          ({ staged }) => staged?.discard(),
          () => undefined,
        )
      }
    }
    if (outcome.staged === null) {
      const faults = outcome.faults.map(({ data: { problem, remedy } }) => ({ problem, remedy }))
      yield { kind: 'faulty', format: outcome.format, again, faults, hasMore: faults.length >= MOST_IMPORT_FAULTS }
      return
    }
    const { name: file, entries, bytes: size, hasIds, goesUp } = outcome.staged
    waiting.set(file, outcome.staged)
    try {
      yield { kind: 'staged', format: outcome.format, again, file, entries, bytes: size, hasIds, goesUp }
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    } finally {
      if (waiting.delete(file)) await outcome.staged.discard()
    }
  }

  return {
    begun: (file) => void waiting.delete(file),
    async *read({ format, again }, signal = new AbortController().signal) {
      if (underWay >= MOST_AT_ONCE) throw new AppError('BUSY', { most: MOST_AT_ONCE })
      underWay += 1
      let given: GivenFile | null = null
      const drop = (): void => given?.drop()
      signal.addEventListener('abort', drop, { once: true })
      try {
        given = await takeFile(again, signal)
        if (given === null) yield { kind: 'stopped', why: 'cancelled' }
        else yield* readFile(given, format, signal)
      } catch (error) {
        // Nobody waits for it.
        if (signal.aborted) return
        if (!(error instanceof GivenStopped)) throw error
        yield { kind: 'stopped', why: error.why }
      } finally {
        underWay -= 1
        signal.removeEventListener('abort', drop)
        drop()
      }
    },
  }
}

/** Whether it has come to its end, well or not, by then. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)))
  const done = work.then(
    () => true,
    () => true,
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}
