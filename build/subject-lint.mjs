// A commit's subject is what a search finds: at most 72 characters, and a body says why, as CONTRIBUTING asks. Those before SINCE, and before
// BODIES_SINCE, were written without this.
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const MOST = 72
const SINCE = '2e6bcb6a'
const BODIES_SINCE = 'cb469d84'

/** What is wrong with commits, a line each. Empty when nothing is. `body` null: was not asked for. */
export function commitProblems(commits) {
  return commits.flatMap(({ subject, body }) => [
    ...([...subject].length > MOST ? [`over ${MOST} characters: ${subject}`] : []),
    ...(body === '' ? [`says no why in its body: ${subject}`] : []),
  ])
}

/** In a shallow clone the last one alone is known; without git there are none. */
function commitsIn(cwd) {
  const git = (format, ...range) =>
    spawnSync('git', ['log', '-z', `--format=${format}`, ...range], { cwd, encoding: 'utf8' })
  const lines = ({ stdout }) => stdout.split('\0').filter(Boolean)
  const all = git('%s', `${SINCE}..HEAD`)
  const subjects = all.status === 0 ? all : git('%s', '-1')
  const bodies = git('%B', '--no-merges', `${BODIES_SINCE}..HEAD`)
  return [
    ...(subjects.status === 0 ? lines(subjects).map((subject) => ({ subject, body: null })) : []),
    ...(bodies.status === 0 ? lines(bodies).map(split) : []),
  ]
}

function split(text) {
  const [subject, ...rest] = text.trim().split('\n')
  return { subject, body: rest.join('\n').trim() }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = new Set(commitProblems(commitsIn(dirname(dirname(fileURLToPath(import.meta.url))))))
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  process.exitCode = problems.size > 0 ? 1 : 0
}
