// A commit's subject is what a search finds: at most 72 characters, as CONTRIBUTING says. Those before SINCE were written without this.
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const MOST = 72
const SINCE = '2e6bcb6a'

/** What is wrong with subjects, a line each. Empty when nothing is. */
export function subjectProblems(subjects) {
  return subjects
    .filter((subject) => [...subject].length > MOST)
    .map((subject) => `over ${MOST} characters: ${subject}`)
}

/** In a shallow clone the last one alone is known; without git there are none. */
function subjectsIn(cwd) {
  const git = (...range) => spawnSync('git', ['log', '--format=%s', ...range], { cwd, encoding: 'utf8' })
  const all = git(`${SINCE}..HEAD`)
  const { status, stdout } = all.status === 0 ? all : git('-1')
  return status === 0 ? stdout.split('\n').filter(Boolean) : []
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = subjectProblems(subjectsIn(dirname(dirname(fileURLToPath(import.meta.url)))))
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  process.exitCode = problems.length > 0 ? 1 : 0
}
