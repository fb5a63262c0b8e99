const MIME = { json: 'application/json', jsonl: 'application/x-ndjson', txt: 'text/plain;charset=utf-8' } as const

/** Has the browser save a text under this name, as it saves any download. */
export function saveFile(name: string, text: string, kind: keyof typeof MIME): void {
  const url = URL.createObjectURL(new Blob([text], { type: MIME[kind] }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has begun by then; until it has, the address must live.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
