import { displayBytes, type Bytes } from '../../../shared/bytes'
import type { Entry } from '../../../shared/model/entry'

const PREVIEW_CHARS = 200

/** The beginning of a value for one line of a table: control and direction-changing characters made visible. */
export function previewBytes(value: Bytes, most = PREVIEW_CHARS): string {
  if (typeof value === 'string') {
    const text = displayBytes(value.slice(0, most))
    return value.length > most ? `${text}…` : text
  }
  // Four base64 characters are three bytes; whole groups only.
  const head = { base64: value.base64.slice(0, Math.ceil(most / 4) * 4) }
  return head.base64.length < value.base64.length ? `${displayBytes(head)}…` : displayBytes(value)
}

/** An entry in one line: `name value  name value`. */
export function previewEntry({
  fields,
  moreFields,
}: Entry): readonly { readonly name: string; readonly value: string }[] {
  const shown = fields.slice(0, 6).map(({ name, value }) => ({
    name: previewBytes(name, 40),
    value: previewBytes(value, 120),
  }))
  const left = fields.length - shown.length + moreFields
  return left > 0 ? [...shown, { name: `+${left}`, value: '' }] : shown
}

/** Text over several lines: line feeds stay, other control and direction-changing characters are made visible. */
export function visibleText(text: string): string {
  return text.split('\n').map(displayBytes).join('\n')
}
