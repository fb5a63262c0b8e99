import { createReadStream } from 'node:fs'
import type { Bytes } from '../../shared/bytes'
import { stageImport, type StagedImport, type StageOptions } from '../services/backup/stage-import'

export type { StagedImport }
export type StageChoice = Pick<StageOptions, 'ids' | 'format' | 'signal'>

/** Of a file's name, or of what comes through a pipe: see `stageImport`. Throws BAD_INPUT with the first line that is wrong as well. */
export async function stageFile(
  from: string | NodeJS.ReadableStream,
  dataDir: string,
  key: Bytes,
  choice: StageChoice,
): Promise<StagedImport> {
  const { staged, faults } = await stageImport(dataDir, key, chunksOf(from), { ...choice, mostFaults: 1 })
  for (const fault of faults) throw fault
  if (staged === null) throw new Error('a file without a fault was not staged')
  return staged
}

/** Opened once it is read: one that can't be is told by the reading then. */
async function* chunksOf(from: string | NodeJS.ReadableStream): AsyncGenerator<Buffer, void> {
  yield* (typeof from === 'string' ? createReadStream(from, { highWaterMark: 1 << 18 }) : from) as AsyncIterable<Buffer>
}
