import { webWords } from '../../shared/words/en/web-words'

export interface HtmlPage {
  readonly title: string
  /** The path of its style; none where it is left out. */
  readonly style?: string
  /** What else stands in its head, as HTML. */
  readonly head?: string
  /** As HTML. */
  readonly body: string
}

/** A page of the host's own, beside that of Sluice: it loads nothing from elsewhere, and has no script or style within it. */
export function htmlPage({ title, style, head = '', body }: HtmlPage): string {
  const link = style === undefined ? '' : `<link rel="stylesheet" href="${style}">\n`
  return `<!doctype html>
<html lang="${webWords.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${link}${head}</head>
<body>
${body}
</body>
</html>
`
}

/** What the styles of such pages begin with. */
export const PAGE_STYLE = `:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { background: light-dark(#f5f6f7, #16181b); color: light-dark(#1a1d21, #e6e8eb); }
:focus-visible { outline: 2px solid light-dark(#0b6b8a, #5cc4e6); outline-offset: 2px; }
`
