import { message } from '../../../shared/words/messages'
import { cliJsonReads } from './import-cli-json'
import { cliReplyReads } from './import-cli-reply'
import { cliScriptReads } from './import-cli-script'
import { wrongLine, type ImportRead } from './import-read'

/** What redis-cli reads, or prints: by how it begins. `raw`, `csv`: what it prints to a pipe, or as CSV, of which nobody can tell what belongs to which entry. */
export type CliKind = 'script' | 'reply' | 'json' | 'raw' | 'csv'

const BEGINNINGS: readonly (readonly [CliKind, RegExp])[] = [
  ['script', /^\s*(?:XADD|ECHO|XSETID|XGROUP|XCLAIM|XTRIM|XDEL|SELECT|MULTI)[ \t]/i],
  ['reply', /^\s*1\) +1\) /],
  ['reply', /^\S{1,300}> *(?:XRANGE|XREVRANGE|XREAD|XCLAIM)\s/i],
  ['json', /^\s*\[\s*\[/],
  ['raw', /^\d+-\d+\r?\n/],
  ['csv', /^"\d+-\d+","/],
]

/** Null: it is none of these. */
export function cliKind(begin: string): CliKind | null {
  return BEGINNINGS.find(([, pattern]) => pattern.test(begin))?.[0] ?? null
}

/** Entries of one of these; where a person said that it is of redis-cli and it does not look so, it is read as a script. */
export async function* redisCliReads(
  chunks: AsyncIterable<Buffer>,
  kind: CliKind | null,
  mostBytes: number,
): AsyncGenerator<ImportRead, void> {
  if (kind === 'raw' || kind === 'csv') {
    const why = message(kind === 'raw' ? 'entry-import.cli-raw' : 'entry-import.cli-csv')
    yield { kind: 'fault', fault: wrongLine(1, why, message('entry-import.cli-no-raw')) }
    return
  }
  const reads = { script: cliScriptReads, reply: cliReplyReads, json: cliJsonReads }[kind ?? 'script']
  yield* reads(chunks, mostBytes)
}
