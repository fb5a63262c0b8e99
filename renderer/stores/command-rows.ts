import type { LoggedCommand } from '../../shared/model/command-log'

/** Shown at most: older ones go. */
export const MOST_SHOWN = 2_000

/** The newest first: those that were there, as they are told by now, and new ones. */
export function mergeCommands(
  shown: readonly LoggedCommand[],
  told: readonly LoggedCommand[],
): readonly LoggedCommand[] {
  if (told.length === 0) return shown
  const byNumber = new Map(told.map((command) => [command.n, command]))
  const kept = shown.map((command) => {
    const newer = byNumber.get(command.n)
    byNumber.delete(command.n)
    return newer ?? command
  })
  return [...byNumber.values(), ...kept].sort((a, b) => b.n - a.n).slice(0, MOST_SHOWN)
}
