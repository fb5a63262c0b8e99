/** What a command is for: one line for the list, more where its own help is asked for, and examples. */
interface CommandHelp {
  readonly about: string
  readonly more: readonly string[]
  /** What is typed behind `sluice`, and what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
}

const SELECTS =
  'Which pending entries: by --from, --id, --min-idle, --min-deliveries, --max-deliveries, --since, --until, --gone, --present and --find, all of which have to hold; or --all.'
const PLANS =
  'It looks first, counts the whole pending list and shows what it would do: entries, warnings, who holds what before and after, and the commands. Then it asks. Without a terminal nothing is done unless --yes is given.'
const FOR_GOOD =
  'What Redis can’t take back asks for the stream’s name, or takes it by --confirm; --yes is not enough for that.'

/** Of each command of the command line. */
export const cliCommandWords = {
  report: {
    about: 'Say what needs a look, worst first, by its exit code too',
    more: [
      'Looks for all streams, at their groups and at the oldest pending entries of the worst of them, by the thresholds of the settings: stalled consumers, consumers that do not touch what they hold, entries that keep failing, groups that lag. Reads only, and within a budget.',
      'Exit code 0: nothing needs a look; 1: something does; 5: nothing was seen that does, and not all could be seen; 6: something is bad.',
    ],
    examples: [
      ['report redis://127.0.0.1:6379', 'Once, as a table'],
      ['report --connection orders --json | jq -r .text', 'The same for a program'],
    ],
  },
  streams: {
    about: 'List the streams with their lengths, groups, pending entries and lag',
    more: ['With PATTERN only those whose names match it: * stands for any letters, ? for one.'],
    examples: [["streams 'orders:*'", 'Those whose names begin so']],
  },
  groups: {
    about: 'List the groups of a stream with their lag',
    more: ['A lag that nobody can tell is unknown, never 0.'],
    examples: [['groups orders', 'All groups of the stream orders']],
  },
  consumers: {
    about: 'List the consumers of a group, those in trouble first',
    more: ['Stalled: holds entries and gave no sign of life. Stuck: is alive and does not touch what it holds.'],
    examples: [['consumers orders billing', 'Who reads, and who is stuck']],
  },
  pending: {
    about: 'List pending entries of a group: delivered and not acked',
    more: [
      'In the order of their ids; --count says how many at most. --find reads the entries: those that are like it, as search takes it.',
    ],
    examples: [
      ["pending orders billing --find 'total>1000 -country=SE'", 'By what is in them'],
      ['pending orders billing --min-idle 5m', 'What has not been touched for five minutes'],
      ['pending orders billing --consumer worker-3 --bodies --json', 'What a consumer holds, with its fields'],
    ],
  },
  why: {
    about: 'Say by what an entry that fails differs from those that its group is done with',
    more: [
      'Reads up to 100 entries nearby that are not pending, and compares fields, formats, types and sizes. What differs among those as well is not told; nothing that sets it apart is an answer too.',
    ],
    examples: [['why orders billing 1700000000000-0', 'Beside its neighbours that went through']],
  },
  entries: {
    about: 'List entries of a stream, the newest first',
    more: ['Long values are cut; --whole reads each as it is, up to 1 MiB a value.'],
    examples: [
      ['entries orders --count 10', 'The last ten'],
      ['entries orders --oldest --since "yesterday 14:00" --until 2h', 'Between two times'],
    ],
  },
  search: {
    about: 'Find entries of a stream by what is in them, the newest first',
    more: [
      'QUERY is what the search of the window takes. 4711: in any name or value; status:fail contains, status=failed is, != > >= < <= compare, has:error is there, @size>4096, order.items[0].sku=A1 in JSON, sku~/^A-\\d+$/i matches a regular expression (RE2: no look-around, no back references), @any~/failed/ in any name or value. All must be true; OR between alternatives, - before what must not be. One word for the shell, in quotes; behind -- where it begins with a dash.',
      'Reads the stream in bounded pages, from the newest entry or from the oldest. On a terminal up to 100 are shown, in a pipe all, unless --count says how many. Exit code 0: something was found; 1: nothing, and all was read.',
    ],
    examples: [
      ["search orders 'status=failed total>=9.99'", 'The latest that failed'],
      ['search orders sku=A1 --oldest --count 1 --whole --json', 'The first of its kind, whole, for a program'],
      ["search orders -- '-has:customer'", 'What has no such field'],
    ],
  },
  tail: {
    about: 'Show new entries of a stream as they come, until it is stopped',
    more: [
      'Reads by XREAD, which takes nothing from any group. --count ends it after so many. With --find only what is like this is shown; what else comes is counted.',
    ],
    examples: [
      ['tail orders --json | jq .', 'For a program'],
      ["tail orders --find 'status=failed OR has:error'", 'Only what fails'],
    ],
  },
  export: {
    about: 'Write entries, what is pending in a group, or groups to a file, whole',
    more: [
      'Of a stream its entries, with GROUP what is pending there, with --groups the groups; up to what is there when it begins, in bounded pages. jsonl keeps every byte and has a last line {"end":…}; csv is for spreadsheets, and sluice import reads it back; redis-cli is a script that makes the same again.',
      'With -o the file has its name only once it is whole. In a pipe the exit code tells: 0 is whole.',
    ],
    examples: [
      ['export orders -o orders.jsonl', 'All entries, as JSON Lines'],
      ['export orders --find status=failed --format csv > failed.csv', 'What a search finds, for a spreadsheet'],
      ['export orders --format redis-cli --with pending | redis-cli -p 6380', 'The same stream on another server'],
      ['export orders billing --min-idle 5m --bodies', 'What is pending in a group, with its fields'],
    ],
  },
  import: {
    about: 'Add the entries of a file to a stream, as new entries or with their ids',
    more: [
      'FILE is JSON Lines: what sluice export writes, or a line {"id":"1-0","fields":[["name","value"]]} for each entry, fields also as an object; values that are no UTF-8 as {"base64":"…"}. - is what is piped in. Where no entry has an id all are new; else each has one, and they are in one order, and given anew by the server unless --ids keep is given; what the stream holds under the same id with the same content is left out.',
      'It may also be CSV in UTF-8: what sluice export --format csv writes, or any with a first row of field names, an entry a row, each cell as it is and an empty one without quotes being no field. A column id whose first cell is one as 1-0 is the id of each entry. Or what redis-cli reads or prints: a script of XADD (what makes groups and counters is left out), what redis-cli --no-raw XRANGE prints, or its --json. Which of them it is is told by how it begins, or by --format.',
      'With --ids keep they go, from the lowest id to the highest, into a stream that is not there yet, which has its name only once all are in it. The greatest id and the counters of a stream that lost entries (XSETID) are not made again, nor are groups.',
      'The whole file is read and checked before anything is added, and a copy of what is to be added is kept in the data directory: the first line that is wrong is named, and then nothing is done. It shows what it would add and which groups will be given it, and asks. Without a terminal nothing is done unless --yes is given.',
    ],
    examples: [
      ['import orders.jsonl orders-test', 'Reads, checks, shows, asks, does it'],
      ['import orders.jsonl orders-test --dry-run', 'Reads, checks and shows only'],
      ['import orders.jsonl orders --ids keep', 'Into a new stream, as they were'],
      ['import - orders-test --yes --per-second 500 < orders.jsonl', 'For a script, and no faster than that'],
    ],
  },
  copy: {
    about: 'Copy a range or a search of a stream to another stream, also on another connection',
    more: [
      'Reads what there is when it begins, in bounded pages, and adds it to TARGET, which is on the same connection unless --to-connection names another one: as new entries, or with --ids keep by their own ids, which all have to be above the greatest that TARGET ever had. What is added to STREAM meanwhile is not copied, so that a stream can be copied to its own end.',
      'It goes as fast as the servers bear it, or with --pace 1 as the entries came, by the times in their ids (10: ten times as fast), with --max-gap never resting longer than that; ids that hold no time are refused.',
      'It shows what it would add and which groups will be given it, and asks; on production for the name of TARGET. It is a job, of which the journal has a record: undo deletes what it added and no group was given yet, and one that stopped is gone on with by --resume ID, with nothing twice.',
    ],
    examples: [
      ['copy orders orders-test --since 03:00 --find status=failed', 'What a search finds since three o’clock'],
      ['copy orders orders --to-connection staging --ids keep', 'The whole stream, to another server'],
      ['copy orders orders-replay --pace 10 --max-gap 5s', 'Replays it ten times as fast'],
      ['copy --resume 3f2a9c --yes', 'Goes on with one that was cut off'],
    ],
  },
  claim: {
    about: 'Give pending entries to another consumer',
    more: [
      SELECTS,
      'Without --to: to the healthiest other consumer. Only the owner changes: the plan says what makes the new one work on them.',
      PLANS,
    ],
    examples: [
      ['claim orders billing --from worker-3 --to worker-1', 'Looks, shows, asks, does it'],
      ['claim orders billing --from worker-3 --dry-run', 'Looks and shows only'],
      ['claim orders billing --from worker-3 --yes', 'Asks nothing, for a script'],
    ],
  },
  spread: {
    about: 'Give pending entries to several consumers, evenly',
    more: [SELECTS, 'Without --to: over those that are active; --to may be given several times.', PLANS],
    examples: [['spread orders billing --from worker-3 --to worker-1 --to worker-2', 'Evenly over two']],
  },
  ack: {
    about: 'Ack pending entries',
    more: [SELECTS, 'What is gone from the stream can’t be made pending again.', PLANS, FOR_GOOD],
    examples: [['ack orders billing --gone', 'Those that are not in the stream any more']],
  },
  'ack-delete': {
    about: 'Ack pending entries and delete them from the stream',
    more: [SELECTS, 'What goes is saved in the data directory first, unless --no-backup is given.', PLANS, FOR_GOOD],
    examples: [['ack-delete orders billing --id 1700000000000-0', 'One entry']],
  },
  'dead-letter': {
    about: 'Copy pending entries to another stream, and ack them',
    more: [SELECTS, 'Without --to-stream: to the stream’s own name and :dead.', PLANS, FOR_GOOD],
    examples: [
      ['dead-letter orders billing --min-deliveries 10 --reason "bad payload"', 'What was delivered ten times or more'],
    ],
  },
  requeue: {
    about: 'Copy pending entries to the end of the stream, and ack the old ones',
    more: [SELECTS, 'They are delivered as new entries, to every group of the stream.', PLANS, FOR_GOOD],
    examples: [['requeue orders billing --from worker-3', 'For a consumer that does not read what it holds']],
  },
  release: {
    about: 'Give pending entries back to the group, for its next reader (Redis 8.8+)',
    more: [SELECTS, PLANS, FOR_GOOD],
    examples: [['release orders billing --from worker-3 --mode SILENT', 'The delivery does not count']],
  },
  plan: {
    about: 'Show what a recovery would do, and do nothing: plan claim …',
    more: [
      'Takes what the command itself takes; the same as --dry-run. With -o the plan goes to a file that run takes.',
    ],
    examples: [
      ['plan claim orders billing --from worker-3', 'What it would do'],
      ['plan claim orders billing --from worker-3 -o move.plan', 'The same, to be run later'],
    ],
  },
  run: {
    about: 'Run a plan from a file, and nothing beyond what it showed',
    more: [
      'Looks again first. What has moved since is left alone; where it would do more than the plan showed (more entries, another loss, a new warning), nothing is done, and the exit code is 4. What was delivered since is never taken.',
      'The file holds no password. The connection has to be the one that the plan was made for, and lead to the same server.',
    ],
    examples: [['run move.plan --yes', 'Asks nothing']],
  },
  undo: {
    about: 'Take back what a record of the journal did',
    more: [
      'ID is the record’s, or how it begins: “sluice journal” lists them. It is taken back on the connection where it was done, and only where nothing has moved since.',
      'Without a terminal nothing is done unless --yes is given. Where it is not certain that it is the same server, stream or group, --accept says that it is.',
    ],
    examples: [
      ['undo 6f1c --dry-run', 'What it would give back'],
      ['undo 6f1c --yes', 'Asks nothing'],
    ],
  },
  sweep: {
    about: 'Do one recovery in many groups at once, as one job with one undo',
    more: [
      'WHAT is claim (--to), spread, ack-gone (acks what is gone from the stream, and nothing else), dead-letter (--to-stream, else each stream’s own name and :dead), release (--mode), or undo. STREAMS and GROUPS are patterns as names are shown: * stands for any letters, ? for one; without GROUPS all groups.',
      'Which pending entries: --stalled, --min-idle and --min-deliveries, all of which have to hold; or --all. ack-gone needs none of them.',
      'It looks first and shows a row for each group; what one group refuses stops none of the others. Then it asks. Without a terminal nothing is done unless --yes is given. Each group has its own record in the journal.',
      'What Redis can’t take back asks for the pattern of streams, or takes it by --confirm; --yes is not enough for that.',
      'undo takes the id of the sweep, or of one of its records, in place of STREAMS, and gives back in every group what has not moved since. What is not certain of a group is accepted for that group alone: --accept RECORD:CODE, as it is shown. Exit code 5: not in every group.',
    ],
    examples: [
      ["sweep claim '*' --stalled --to worker-1 --dry-run", 'What stalled consumers hold, everywhere: shows only'],
      ["sweep ack-gone 'app:*'", 'Looks, shows, asks, does it'],
      ["sweep dead-letter 'orders:*' billing --min-deliveries 10 --yes", 'Asks nothing'],
      ['sweep undo 6f1c --yes', 'Takes it back, in all groups'],
    ],
  },
  rules: {
    about: 'List the rules, run them without a window, turn one on or off',
    more: [
      'A rule does a recovery again and again; it is made in the window. WHAT is list (where nothing is said), report, run, on or off; RULE its name or id.',
      'report says in sentences what each did since --since (12 hours, where nothing is said), as the journal has it, and when it was turned on or off or stopped itself.',
      'run opens the connections of the rules that are on, or the one that is named, runs them when they are due, tells alerts, and says what they do, until SIGTERM, SIGINT or SIGHUP: then a run ends after the batch in flight, and the exit code is 0. Of several Sluices on one data directory one runs a rule at a time.',
      'on tries the rule, shows what one run would do now, and asks; --yes agrees beforehand, and --dry-run only looks. A production connection asks for the rule’s pattern of streams, or takes it by --confirm. off ends a run after the batch in flight, whichever Sluice is at it.',
    ],
    examples: [
      ['rules --json | jq -r .state', 'How they fare, for a program'],
      ['rules report --since 12h', 'What they did at night, in sentences'],
      ['rules on Monitor --dry-run', 'What one run would do now'],
      ["rules on Monitor --confirm 'orders:*'", 'On production'],
      ['rules run --data-dir /var/lib/sluice', 'As a service'],
    ],
  },
  jobs: {
    about: 'List what is being changed right now, by any Sluice of this data directory',
    more: ['Also by the desktop and the web host. They are left alone.'],
    examples: [['jobs', '']],
  },
  journal: {
    about: 'List what was changed from here, the newest first',
    more: ['With a connection that is named only what was done there.'],
    examples: [['journal --count 5', 'The last five']],
  },
  mcp: {
    about: 'Serve an assistant, by the Model Context Protocol',
    more: [
      'Started by a program that has an assistant in it, which talks to it over standard input and output. Its tools look at streams, groups, consumers, pending entries and findings, and plan a recovery or an undo; with --role operator they run what was planned, and take it back.',
      'On a production connection, and of what Redis can’t take back, nothing is run: the assistant is given the command for a person. With a connection that is named it sees that one alone, else those that were saved or listed. Values are cut and marked as untrusted. What it reads leaves this machine as far as the assistant’s own program sends it on.',
    ],
    examples: [
      ['mcp --connection orders', 'It looks, and plans'],
      ['mcp --connection orders --role operator', 'It may run a plan as well'],
    ],
  },
  completion: {
    about: 'Print completions for a shell: bash, zsh or fish',
    more: ['Put what it prints where your shell looks for completions.'],
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/sluice', ''],
      ['completion zsh > ~/.zfunc/_sluice', 'In a directory of your fpath'],
      ['completion fish > ~/.config/fish/completions/sluice.fish', ''],
    ],
  },
  man: {
    about: 'Print the manual page, as man takes it',
    more: [],
    examples: [['man | man -l -', 'Read it']],
  },
  help: {
    about: 'Say what there is, or how a command is used',
    more: [],
    examples: [['help claim', 'The same as “claim --help”']],
  },
} satisfies Record<string, CommandHelp>
