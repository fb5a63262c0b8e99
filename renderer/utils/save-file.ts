const MIME = {
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  txt: 'text/plain;charset=utf-8',
  csv: 'text/csv;charset=utf-8',
} as const

/** Has the browser save a text under this name, as it saves any download. */
export function saveFile(name: string, text: string, kind: keyof typeof MIME): void {
  saveBlob(name, new Blob([text], { type: MIME[kind] }))
}

/** The same of an image, as a canvas gives it: `data:image/png;base64,…`. */
export function saveDataUrl(name: string, dataUrl: string): void {
  const [head = '', body = ''] = dataUrl.split(',')
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0))
  saveBlob(name, new Blob([bytes], { type: /^data:([^;]+)/.exec(head)?.[1] ?? '' }))
}

function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has begun by then; until it has, the address must live.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
