import { execFileSync } from 'node:child_process'

/** Root may read and write where its user may not: `work` runs as nobody, to whom the directory belongs. Any other user stays itself. */
export async function asNobody<T>(dir: string, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  execFileSync('chown', ['-R', 'nobody', dir])
  process.seteuid?.('nobody')
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
    execFileSync('chown', ['-R', 'root', dir])
  }
}
