import type { Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

export interface FileText {
  readonly text: string
  /** A file of this user that nobody else may read or write. Never known on Windows. */
  readonly isPrivate: boolean
}

/** All that is in a file, or comes through a pipe; null where that is more than so many bytes. Throws the system's error. */
export async function readBounded(file: string, mostBytes: number): Promise<FileText | null> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, 'r')
    const buffer = Buffer.alloc(mostBytes + 1)
    let length = 0
    // A pipe gives it piece by piece.
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = (await handle.read(buffer, length, buffer.length - length, null)).bytesRead
    }
    if (length > mostBytes) return null
    return { text: buffer.toString('utf8', 0, length), isPrivate: isPrivate(await handle.stat()) }
  } finally {
    await handle?.close()
  }
}

function isPrivate(found: Stats): boolean {
  return found.isFile() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0
}

/** ENOENT, EACCES…; empty where it is none of the system's errors. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
