import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Line = Record<string, unknown>

/** Rewrites the journal as it would be found after a kill: of a process of which there is no more. Null: the line is dropped. */
export function rewriteJournal(dataDir: string, change: (line: Line) => Line | null): void {
  const folder = join(dataDir, 'journal')
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.jsonl'))) {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
    const kept = lines.flatMap((text) => change(JSON.parse(text) as Line) ?? [])
    rmSync(join(folder, name))
    const killed = name.replace(/-\d+(\.\w+)?-(\d+)\.jsonl$/, '-2147483647-$2.jsonl')
    writeFileSync(join(folder, killed), kept.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
}
