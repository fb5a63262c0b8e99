import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** What is typed at the terminal to each of these questions; nothing of it is shown. */
export async function askHidden(questions: readonly string[]): Promise<readonly string[]> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  terminal.on('SIGINT', () => process.exit(130))
  try {
    const answers: string[] = []
    for (const question of questions) {
      process.stderr.write(question)
      answers.push(await terminal.question('').finally(() => process.stderr.write('\n')))
    }
    return answers
  } finally {
    terminal.close()
  }
}
