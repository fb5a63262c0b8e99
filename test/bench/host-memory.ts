import { readFileSync } from 'node:fs'

/** The most memory that a process has had so far, MB; null where the system doesn't tell (only Linux does). */
export function peakMemoryMb(pid: number): number | null {
  if (process.platform !== 'linux') return null
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) / 1024
}
