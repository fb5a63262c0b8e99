import path from 'node:path'
import { readName, writtenAt } from './folder'
import { createJudge, type JudgeTimes } from './judge-signs'
import { createOwnSign, type Hold, type OwnSignTimes } from './own-sign'
import { signsIn, type Sign } from './sign-files'
import { isStillRunning, processNamespace } from './writer-process'

export type PresenceTimes = OwnSignTimes & JudgeTimes

const TIMES: PresenceTimes = { beatMs: 5_000, lapseMs: 30_000, deadMs: 60_000 }

/**
 * Who of the processes that write into a data directory is alive.
 *
 * Each keeps a file in `running/` while it has a record open, named by its process id, its birth, and its namespace of
 * process ids, and writes a byte to it every 5 s. What is guaranteed, on volumes of one machine (not on network file systems):
 *
 * - Within one namespace the process id and the birth tell, exactly and at once: a process that stands still (SIGSTOP, a
 *   suspended laptop, a busy machine) is alive for as long as it is there, one that crashed is dead.
 * - From another namespace (two containers, or a container and its host, on one volume) or another kernel (a virtual machine
 *   that shares the folder) the signs of life tell. A process is dead after 60 s without one, by the file system's own clock.
 *   Where the clock was set or the machine was asleep it is dead only once 60 s have passed without a sign while it was
 *   watched. So a process that was killed may be taken for alive for that long, and its records for running.
 * - A process that could not give a sign for 30 s (paused, stopped, its disk gone) sends nothing more for the records that it
 *   had open: `require` throws. So what another process undoes after 60 s is not done further by the first one when it
 *   wakes up, but for a command that was on its way to the server already.
 * - A file of a process without such a sign, as 0.1.0 wrote, is judged by process id and birth alone.
 */
export interface Presence {
  /** Held when it resolves: the sign is on the disk. Throws STORAGE. */
  hold(): Promise<Hold>
  /** Whether the process that writes this file of the journal is alive. */
  isBeingWritten(file: string): Promise<boolean>
  close(): Promise<void>
}

export function createPresence(dataDir: string, times: PresenceTimes = TIMES): Presence {
  const folder = path.join(dataDir, 'running')
  const own = createOwnSign(folder, times)
  const judge = createJudge(folder, times)

  const signsOf = async (pid: number, birth: string | null): Promise<readonly Sign[]> =>
    (await signsIn(folder)).filter((sign) => sign.pid === pid && sign.birth === birth)
  return {
    hold: own.hold,
    async isBeingWritten(file) {
      const name = readName(file)
      if (name === null) return false
      const { pid, birth } = name
      const namespace = await processNamespace()
      const signs = await signsOf(pid, birth)
      // Two of them may have the same id and birth, each in a namespace of its own: either may be the writer.
      const elsewhere = signs.filter((sign) => namespace === null || sign.namespace !== namespace)
      for (const sign of elsewhere) if (await judge(sign.file)) return true
      if (signs.length > 0 && elsewhere.length === signs.length) return false
      return isStillRunning(pid, birth, writtenAt(name))
    },
    close: own.close,
  }
}
