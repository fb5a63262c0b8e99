import type { WriteStream } from 'node:tty'
import { layTable, type Cell, type Column, type Tone } from './table'
import { cellWidth, cutTo, safeJson, visible } from './visible'

/** All that a command says: tables and sentences for a person, one JSON object a line for a program. */
export interface Print {
  /** Whether what it finds is for a person. */
  readonly isTable: boolean
  /** Whether what it puts out is seen by a person as it comes. */
  readonly isTerminal: boolean
  /** Whether a person can be asked. */
  readonly canAsk: boolean
  table<T>(columns: readonly Column<T>[], rows: readonly T[]): void
  /** A line of cells, for a person. */
  line(...cells: readonly Cell[]): void
  /** One object, for a program. */
  json(value: unknown): void
  /** As it is, of our own making: help, a script of completions. */
  text(text: string): void
  /** A sentence beside what is asked for: standard error. */
  note(text: string, tone?: Tone): void
  /** How far it is, on a terminal only, in one line that is written over; null: gone. */
  progress(text: string | null): void
}

type Out = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number }

export interface PrintOptions {
  readonly out: Out
  readonly err: Out
  readonly input: { readonly isTTY?: boolean }
  readonly env: NodeJS.ProcessEnv
  /** What was asked for; null: a table on a terminal, JSON Lines else. */
  readonly as: 'table' | 'json' | null
}

const SGR: Readonly<Record<Tone, string>> = { bad: '31', warn: '33', good: '32', soft: '2', title: '1' }
const NARROWEST = 40

/** `NO_COLOR` (https://no-color.org), `TERM=dumb`: no colours. `FORCE_COLOR`: also where it is no terminal. */
function hasColours({ isTTY }: Out, { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  return isTTY === true && TERM !== 'dumb'
}

function painter(out: Out, env: NodeJS.ProcessEnv): (text: string, tone: Tone) => string {
  return hasColours(out, env) ? (text, tone) => `\u001b[${SGR[tone]}m${text}\u001b[0m` : (text) => text
}

/** `COLUMNS` says it where the terminal does not. */
function widthOf({ isTTY, columns }: Out, { COLUMNS = '' }: NodeJS.ProcessEnv): number | null {
  const told = columns ?? (/^\d{1,5}$/.test(COLUMNS) ? Number(COLUMNS) : 0)
  if (told > 0) return Math.max(NARROWEST, told)
  return isTTY === true ? 80 : null
}

export function createPrint({ out, err, input, env, as }: PrintOptions): Print {
  const [paintOut, paintErr] = [painter(out, env), painter(err, env)]
  let shown = false
  const progress = (text: string | null): void => {
    if (err.isTTY !== true || (text === null && !shown)) return
    shown = text !== null
    const room = (widthOf(err, env) ?? 80) - 1
    err.write(`\r\u001b[K${text === null ? '' : cutTo(visible(text), room)}`)
  }
  const write = (to: Out, text: string): void => {
    progress(null)
    to.write(text)
  }
  const painted = (cell: Cell): string =>
    typeof cell === 'string' ? visible(cell) : paintOut(visible(cell.text), cell.tone)
  return {
    isTable: as === null ? out.isTTY === true : as === 'table',
    isTerminal: out.isTTY === true,
    canAsk: input.isTTY === true && err.isTTY === true,
    table(columns, rows) {
      for (const line of layTable(columns, rows, widthOf(out, env), paintOut)) write(out, `${line}\n`)
    },
    line(...cells) {
      write(out, `${cells.map(painted).join(' ')}\n`)
    },
    json(value) {
      write(out, `${safeJson(value)}\n`)
    },
    text(text) {
      write(out, text)
    },
    note(text, tone) {
      const said = visible(text)
      write(err, `${tone === undefined ? said : paintErr(said, tone)}\n`)
    },
    progress,
  }
}

/** A bar of so many cells. */
export function bar(done: number, total: number, cells = 24): string {
  const full = total <= 0 ? 0 : Math.min(cells, Math.round((done / total) * cells))
  const text = `${'█'.repeat(full)}${'░'.repeat(cells - full)}`
  return cellWidth(text) === cells ? text : ''
}
