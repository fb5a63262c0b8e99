import type { TextCommand } from '../command'
import { manPage } from '../man-page'

/** `sluice man` */
export const man: TextCommand = {
  kind: 'text',
  args: [],
  flags: [],
  text: (_args, commands) => manPage(commands),
}
