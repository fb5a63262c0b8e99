import { setImmediate as breath } from 'node:timers/promises'
import { FileStopped, type OpenedFile, type OpenFile } from '../services/export/open-file'
import { openPartFile } from './part-file'

/** To a file of this name, or to whoever reads what this process puts out. */
export function createOutputFile(out: NodeJS.WritableStream, path: string | undefined): OpenFile {
  return async (_name, signal) => {
    if (path === undefined) return streamed(out, signal)
    return { ...(await openPartFile(path)), target: { kind: 'file', file: path } }
  }
}

/** What is out is out: that it is not whole is told by whoever ends the process. */
function streamed(out: NodeJS.WritableStream, signal: AbortSignal | undefined): OpenedFile {
  const write = async (chunk: Buffer): Promise<void> => {
    const error = await new Promise<Error | null | undefined>((resolve) => out.write(chunk, resolve))
    if (!error) return signal?.throwIfAborted()
    // The stream itself says why as well, and ends all by that.
    await breath()
    signal?.throwIfAborted()
    throw new FileStopped('left')
  }
  return {
    target: { kind: 'output' },
    write,
    end: () => Promise.resolve(),
    drop: () => Promise.resolve(),
  }
}
