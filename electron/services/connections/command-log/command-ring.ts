import type { LoggedPart } from '../../../../shared/model/command-log'
import type { SentCommand } from '../../../redis/command-tap'

/** About what one command takes, beside what its arguments say. */
const ROW_BYTES = 250
const PART_BYTES = 40

/** A command, and the how manieth it was. */
export interface NumberedCommand {
  readonly n: number
  readonly command: SentCommand
}

/** The newest commands: so many at most, and of so many bytes of memory, about. */
export interface CommandRing {
  add(row: NumberedCommand): void
  /** From the newest on. */
  newest(): IterableIterator<NumberedCommand>
}

export function createCommandRing(mostRows: number, mostBytes: number): CommandRing {
  const rows: (NumberedCommand | undefined)[] = []
  /** Of the oldest. */
  let first = 0
  let count = 0
  let bytes = 0

  const forgetOldest = (): void => {
    const oldest = rows[first]
    rows[first] = undefined
    first = (first + 1) % mostRows
    count -= 1
    if (oldest) bytes -= memoryOf(oldest)
  }

  return {
    add(row) {
      if (count === mostRows) forgetOldest()
      rows[(first + count) % mostRows] = row
      count += 1
      bytes += memoryOf(row)
      while (bytes > mostBytes && count > 1) forgetOldest()
    },
    *newest() {
      for (let back = 1; back <= count; back += 1) {
        const row = rows[(first + count - back) % mostRows]
        if (row !== undefined) yield row
      }
    },
  }
}

function memoryOf({ command }: NumberedCommand): number {
  let bytes = ROW_BYTES
  for (const part of command.args) bytes += PART_BYTES + textOf(part)
  return bytes
}

function textOf(part: LoggedPart): number {
  if (typeof part === 'string') return 2 * part.length
  if ('base64' in part) return part.base64.length
  return 'start' in part ? textOf(part.start) : 0
}
