import { hostUrl } from './host-url'

/** Has the browser fetch a file that the host offers, as it fetches any download. */
export function fetchFile(path: string, fileName: string): void {
  const link = document.createElement('a')
  link.href = hostUrl(path).href
  link.download = fileName
  link.click()
}
