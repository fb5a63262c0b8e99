import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

const GIVEN_UP = 130

/** What is typed at the terminal to each of these questions; nothing of it is shown. Ctrl+C and Ctrl+D end the process. */
export async function askHidden(questions: readonly string[]): Promise<readonly string[]> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const giveUp = (): never => process.exit(GIVEN_UP)
  terminal.on('SIGINT', giveUp)
  // Ctrl+D: no answer comes any more.
  terminal.on('close', giveUp)
  try {
    const answers: string[] = []
    for (const question of questions) {
      process.stderr.write(question)
      answers.push(await terminal.question('').finally(() => process.stderr.write('\n')))
    }
    return answers
  } finally {
    terminal.removeListener('close', giveUp)
    terminal.close()
  }
}
