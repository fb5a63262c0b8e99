// The tables at the end of `npm test`: every action on every server, and by every way in, and how many tests showed it.

/**
 * What the names of tests say of their action, beside those of every-action.test.ts, which tell it themselves. The first
 * pattern that fits file and name counts.
 */
const ABOUT = [
  ['Claim: idle time kept', /a claim that keeps the idle time/],
  ['Claim: one more delivery', /a claim that raises the delivery count/],
  ['Claim: deliveries set', /a claim that sets the delivery count/],
  ['Claim', /recovery\/(claim|undo-claim|lost-replies|gone)\.test/],
  ['Spread', /recovery\/spread\.test/],
  ['Auto-claim', /recovery\/auto-claim\.test/],
  ['Ack', /recovery\/(ack|ack-guard)\.test/],
  ['Ack and delete: DELREF', /recovery\/ack-delete\.test.*DELREF/],
  ['Ack and delete: ACKED', /recovery\/ack-delete\.test.*ACKED/],
  ['Ack and delete: KEEPREF', /recovery\/ack-delete\.test/],
  ['Dead-letter', /recovery\/(dead-letter|dead-letter-undo|dead-letter-without-scripts|copies-in-a-cluster)\.test/],
  ['Requeue', /recovery\/requeue\.test/],
  ['Redrive', /services\/redrive\/(plan|run)\.test/],
  ['Handle as the monitor does', /recovery\/handle\.test/],
  ['Delete: KEEPREF', /entry-deletion\/entry-deletion\.test/],
  ['Restore entries as new ones', /restore\/copies\.test/],
  ['Restore a stream under a new key', /restore\/(rebuild|rebuild-faults|as-before)\.test/],
  ['Give the restored stream its name', /restore\/swap\.test/],
  ['Trim', /services\/trim\//],
  ['Remove a consumer', /group-change\.test.* a consumer /],
  ['Set the id', /group-change\.test.* a group’s id /],
  ['Destroy the group', /group-change\.test.* a group /],
]

const SERVER = /\bon ((?:redis|valkey)-\d[\d.]*)/

/**
 * The tables' lines: actions by server, then by way in, each with why something is not offered beneath it; none where no test told of
 * an action. Of each test: `file`, its full `name`, its `state`, and `meta` with `action`, `notOffered`, `refused` and `way` where
 * it tells them.
 * @returns {string[]}
 */
export function matrixLines(tests) {
  const byServer = tests.filter(({ meta }) => meta.way === undefined)
  const byWay = tests.filter(({ meta }) => meta.way !== undefined)
  return [
    ...tableLines('Every action on every server, and how many tests passed:', byServer, serverOf, (a, b) =>
      a.localeCompare(b),
    ),
    ...tableLines(
      'Every action by every way in, and how many tests passed:',
      byWay,
      ({ meta }) => meta.way,
      () => 0,
    ),
  ]
}

function serverOf({ name }) {
  return SERVER.exec(name)?.[1]
}

function tableLines(title, tests, columnOf, inOrder) {
  const rows = new Map()
  const found = new Set()
  for (const test of tests) {
    const { file, name, state, meta } = test
    const column = columnOf(test)
    const action = meta.action ?? ABOUT.find(([, pattern]) => pattern.test(`${file} ${name}`))?.[0]
    if (column === undefined || action === undefined) continue
    found.add(column)
    const row = rows.get(action) ?? new Map()
    rows.set(action, row)
    const cell = row.get(column) ?? { passed: 0, failed: 0, isProven: false, isRefused: false, notOffered: null }
    row.set(column, cell)
    if (state === 'failed') cell.failed += 1
    if (state !== 'passed') continue
    cell.passed += 1
    cell.isProven ||= meta.action !== undefined
    cell.isRefused ||= meta.refused ?? false
    cell.notOffered ??= meta.notOffered ?? null
  }
  // Rows stand as the proofs have them, whichever file ended first.
  const order = [...new Set(tests.flatMap(({ meta }) => (meta.action === undefined ? [] : [meta.action])))]
  const indexOf = (action) => (order.includes(action) ? order.indexOf(action) : order.length)
  const actions = [...rows.keys()].sort((a, b) => indexOf(a) - indexOf(b))
  if (actions.length === 0) return []

  const columns = [...found].sort(inOrder)
  const lines = actions.map((action) => [action, ...columns.map((column) => cellText(rows.get(action).get(column)))])
  const table = [['', ...columns], ...lines]
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)))
  const text = table.map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
  )
  return [title, ...text, ...reasons(actions, columns, rows)]
}

/** `not proven`: nothing has planned, run and undone it on that server. */
function cellText(cell) {
  if (cell === undefined) return '–'
  if (cell.failed > 0) return `${cell.passed}, ${cell.failed} FAILED`
  if (cell.isRefused) return 'refused'
  if (cell.notOffered !== null) return 'not offered'
  return cell.isProven || cell.passed === 0 ? String(cell.passed) : `${cell.passed}, not proven`
}

function reasons(actions, columns, rows) {
  const lines = new Map()
  for (const action of actions) {
    for (const server of columns) {
      const why = rows.get(action).get(server)?.notOffered ?? null
      if (why === null) continue
      const line = `${action}: ${why}`
      lines.set(line, [...(lines.get(line) ?? []), server])
    }
  }
  return [...lines].map(([line, where]) => `Not offered on ${where.join(', ')}: ${line}`)
}
