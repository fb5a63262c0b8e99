import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { webWords } from '../../shared/words/en/web-words'

/** What a browser is started with instead of a link that lets one in: everybody on the machine sees a process's arguments. */
export interface LaunchFile {
  readonly path: string
  /** The same as a script, for a page of ours. */
  readonly script: string
  /** May be called again. */
  remove(): Promise<void>
}

/** A page, for this user's eyes only, that goes on to `url` by itself. Rejects as the disk does, and leaves nothing then. */
export async function writeLaunchFile(url: string, dir = tmpdir()): Promise<LaunchFile> {
  // mkdtemp makes a directory that only this user may enter.
  const own = await mkdtemp(join(dir, 'sluice-'))
  const path = join(own, 'open.html')
  const script = join(own, 'open.js')
  const remove = (): Promise<void> => rm(own, { recursive: true, force: true })
  try {
    await writeFile(path, html(url), { mode: 0o600, flag: 'wx' })
    await writeFile(script, `location.replace(${JSON.stringify(url)})\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    await remove().catch(() => undefined)
    throw error
  }
  return { path, script, remove }
}

function html(url: string): string {
  return `<!doctype html>
<html lang="${webWords.language}">
<head>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${url}">
<title>${webWords.openingTitle}</title>
</head>
<body><a href="${url}" rel="noreferrer">Sluice</a></body>
</html>
`
}
