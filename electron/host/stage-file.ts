import { createReadStream } from 'node:fs'
import type { Bytes } from '../../shared/bytes'
import { stageImport, type StagedImport, type StageOptions } from '../services/backup/stage-import'

export type { StagedImport, StageOptions }

/** Of a file's name, or of what comes through a pipe: see `stageImport`. */
export function stageFile(
  from: string | NodeJS.ReadableStream,
  dataDir: string,
  key: Bytes,
  options: StageOptions,
): Promise<StagedImport> {
  return stageImport(dataDir, key, chunksOf(from), options)
}

/** Opened once it is read: one that can't be is told by the reading then. */
async function* chunksOf(from: string | NodeJS.ReadableStream): AsyncGenerator<Buffer, void> {
  yield* (typeof from === 'string' ? createReadStream(from, { highWaterMark: 1 << 18 }) : from) as AsyncIterable<Buffer>
}
