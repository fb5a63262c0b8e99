import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import { createCsv } from '../../../shared/export/csv'
import { jsonLines } from '../../../shared/export/json-lines'
import type { Mask } from '../../../shared/masking/mask'
import type { ExportFormat, Part } from '../../../shared/export/rows'
import { createScript } from '../../../shared/export/script'
import { isWhole, type ExportChoice, type ExportEvent } from '../../../shared/model/export'
import type { FieldDecoding } from '../../../shared/model/settings'
import { message } from '../../../shared/words/messages'
import { toBuffer } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import { pendingSummary } from '../../redis/xpending'
import type { Decoding } from '../decoding/decoding'
import { maskRaw } from '../inspection/mask-raw'
import { requireRange } from '../lib/require-range'
import { decodedCells, rawCells, type ToCells } from './cells'
import { entryPages } from './entry-pages'
import { exportFileName } from './file-name'
import { readGroupRows } from './group-rows'
import { FileStopped, type OpenedFile, type OpenFile } from './open-file'
import { createOut } from './out'
import { pendingPages } from './pending-pages'
import { readAfter, readBefore, type StreamBefore } from './same-stream'
import { scriptRemarks } from './script-remarks'
import { createStreamScript } from './stream-script'
import { toEntryRows, toPendingRows } from './to-rows'

/** At a time, of all who ask: each holds a page of entries, or one that is large. */
const MOST_EXPORTS = 8
const TELL_EVERY_MS = 200

/** `mask`: of what is left out; null: of nothing. */
export interface ExportRequest extends ExportChoice {
  readonly connectionId: string
  readonly key: Bytes
  readonly mask: Mask | null
}

export interface Exporting {
  /** Never a file that is not whole: of what ends before it is whole nothing stays. Throws what the reading throws, BUSY, STORAGE. */
  save(request: ExportRequest, signal?: AbortSignal): AsyncGenerator<ExportEvent, void>
}

export interface ExportingOptions {
  source(connectionId: string, key: Bytes): Source
  /** What was chosen for fields, of all streams. */
  decodings(): readonly FieldDecoding[]
  readonly decoding: Pick<Decoding, 'decode'>
  readonly openFile: OpenFile
}

/** Rows on their way, what was gone through for them, and of what was asked for by its id how many are not there. */
interface Written {
  readonly parts: Iterable<Part>
  readonly rows: number
  readonly read: number
  readonly at: string | null
  readonly missing: number
  readonly untold: number
}

export function createExporting({ source: sourceOf, decodings, decoding, openFile }: ExportingOptions): Exporting {
  let underWay = 0

  function cellsFor(
    { as, connectionId, key, mask }: ExportRequest,
    onMasked: (values: number) => void,
    signal?: AbortSignal,
  ): ToCells {
    if (as === 'raw') return rawCells
    const name = toBuffer(key)
    const chosen = decodings().filter((each) => each.connectionId === connectionId && toBuffer(each.key).equals(name))
    const turn = { lane: JSON.stringify(['export', connectionId]), isCell: false }
    return decodedCells({
      ...{ chosen, mask, onMasked },
      decode: (bytes, choice) => decoding.decode(bytes, choice, turn, signal),
    })
  }

  async function* write(
    request: ExportRequest,
    source: Source,
    file: OpenedFile,
    signal?: AbortSignal,
  ): AsyncGenerator<ExportEvent, void> {
    const before = await readBefore(source)
    const out = createOut(file, signal)
    const sum = { rows: 0, read: 0, missing: 0, untold: 0, masked: 0 }
    const onMasked = (values: number): void => {
      sum.masked += values
      // It would make other entries, under the ids of these.
      if (request.format === 'redis-cli' && values > 0) throw maskedScript()
    }
    const toCells = cellsFor(request, onMasked, signal)
    const cells: ToCells = (entry) => {
      const shown = maskRaw(request.mask, entry)
      onMasked(shown.count)
      return toCells(shown.entry)
    }
    try {
      yield* writeAll()
    } catch (error) {
      if (!(error instanceof FileStopped)) throw error
      yield { kind: 'stopped', why: error.why, rows: sum.rows }
    }
    async function* writeAll(): AsyncGenerator<ExportEvent, void> {
      yield { kind: 'begun', target: file.target, total: await totalOf(request, source, before) }
      let toldAt = performance.now()
      for await (const { parts, rows, read, at, missing, untold } of writtenOf(
        request,
        source,
        before,
        cells,
        signal,
      )) {
        await out.put(parts)
        sum.rows += rows
        sum.read += read
        sum.missing += missing
        sum.untold += untold
        if (performance.now() - toldAt < TELL_EVERY_MS) continue
        yield { kind: 'written', rows: sum.rows, read: sum.read, bytes: out.bytes, at }
        toldAt = performance.now()
      }
      await out.flush()
      const after = await readAfter(source, before)
      if (after.kind !== 'same') {
        yield { kind: 'stopped', why: after.kind, rows: sum.rows }
        return
      }
      await file.end()
      const { rows, missing, untold, masked } = sum
      yield { kind: 'end', rows, bytes: out.bytes, removed: after.removed, missing, untold, masked }
    }
  }

  return {
    async *save(request, signal) {
      if (underWay >= MOST_EXPORTS) throw new AppError('BUSY', { most: MOST_EXPORTS })
      underWay += 1
      let file: OpenedFile | null = null
      // At once, whatever is under way.
      const drop = (): void => void file?.drop()
      signal?.addEventListener('abort', drop, { once: true })
      try {
        requireRange(...rangeIn(request.source))
        const source = sourceOf(request.connectionId, request.key)
        // What can't be had is told before anybody is asked for a target.
        await readBefore(source)
        file = await openFile(exportFileName(source.key, request, new Date()), signal)
        if (file === null) yield { kind: 'stopped', why: 'cancelled', rows: 0 }
        else yield* write(request, source, file, signal)
      } finally {
        underWay -= 1
        signal?.removeEventListener('abort', drop)
        await file?.drop()
      }
    },
  }
}

function maskedScript(): AppError<'BAD_INPUT'> {
  const [problem, remedy] = [message('masking.in-script'), message('masking.unmask-script')]
  return new AppError('BAD_INPUT', { field: 'unmasked', problem, remedy })
}

/** The range that is asked for, if any, and where it stands. */
function rangeIn(wanted: ExportChoice['source']): Parameters<typeof requireRange> {
  if (wanted.kind === 'pending') return [wanted.criteria ?? {}, 'source.criteria.from']
  return [wanted.kind === 'entries' ? wanted : {}, 'source.from']
}

/** How many rows it will be, or how many will be gone through for them; null: nobody knows. */
async function totalOf(
  { source: wanted }: ExportChoice,
  source: Source,
  { info }: StreamBefore,
): Promise<number | null> {
  if (wanted.kind === 'groups') return info?.groups ?? null
  if (wanted.ids !== undefined) return wanted.ids.length
  if (wanted.kind === 'pending') {
    const group = toBuffer(wanted.group)
    const { total } = await pendingSummary(source.reader, source.key, group)
    return wanted.criteria === undefined ? total : null
  }
  if (wanted.from !== undefined || wanted.to !== undefined || info === null) return null
  return wanted.query === undefined ? Math.min(info.length, wanted.most ?? Infinity) : info.length
}

async function* writtenOf(
  request: ExportRequest,
  source: Source,
  before: StreamBefore,
  cellsOf: ToCells,
  signal: AbortSignal | undefined,
): AsyncGenerator<Written, void> {
  const { format: id, as, source: wanted, key } = request
  const script = createScript(key, scriptRemarks)
  const formats: Readonly<Record<typeof id, () => ExportFormat>> = {
    jsonl: () => jsonLines,
    csv: () => createCsv(as),
    'redis-cli': () => script,
  }
  const format = formats[id]()
  const facts = wanted.kind === 'entries' && isWhole(wanted) ? before.info : null
  const group = wanted.kind === 'pending' ? wanted.group : null
  const head = format.head({ stream: key, group, of: wanted.kind, as, atMs: Date.now(), facts })
  const nothing = { rows: 0, read: 0, at: null, missing: 0, untold: 0 }
  let rows = 0
  yield { ...nothing, parts: [head] }
  if (wanted.kind === 'groups') {
    const groups = await readGroupRows(source)
    rows = groups.length
    yield { ...nothing, parts: format.groups(groups), rows, read: rows }
  } else if (wanted.kind === 'pending') {
    for await (const run of pendingPages({ ...source, group: toBuffer(wanted.group) }, wanted, signal)) {
      rows += run.rows.length
      const some = await toPendingRows(run.rows, wanted.bodies ? cellsOf : null)
      yield { ...run, parts: format.pending(some), rows: run.rows.length }
    }
  } else {
    const isScript = id === 'redis-cli' && facts !== null
    const groups =
      isScript && wanted.groups !== undefined && wanted.groups !== 'none' ? await readGroupRows(source) : []
    const whole = isScript ? createStreamScript(source, script, facts, groups, wanted.groups ?? 'none') : null
    for await (const run of entryPages(source, wanted, before.lastId, signal)) {
      const some = await toEntryRows(run.rows, cellsOf)
      rows += some.length
      if (whole === null) yield { ...run, parts: format.entries(some), rows: some.length }
      else {
        for await (const parts of whole.entries(some)) yield { ...nothing, parts }
        yield { ...run, parts: [], rows: some.length }
      }
    }
    if (whole !== null) {
      for await (const { parts, run } of whole.rest(signal)) yield { ...nothing, parts, at: run?.at ?? null }
    }
  }
  yield { ...nothing, parts: [format.end(rows)] }
}
