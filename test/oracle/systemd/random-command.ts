/** Services at random that run the dumper: command lines, variables and environment files, from a seed. */
import type { Random } from '../random-calendar.ts'
import type { UnitCase } from './compare-unit.ts'

export interface RandomService extends UnitCase {
  readonly extraFiles: Readonly<Record<string, string>>
}

export const randomService = (random: Random, number: number, dumper: string): RandomService => {
  const stem = `r${String(number).padStart(5, '0')}`
  const isInstance = random.chance(0.15)
  const template = `${stem}${isInstance ? '@' : ''}.service`
  const name = isInstance ? `${stem}@${random.pick(['a', 'in-st', 'x\\x2dy', 'a:b'])}.service` : template
  const path = `/run/env/${stem}.env`
  const withFile = random.chance(0.4)
  const lines = [
    '[Service]',
    'Type=oneshot',
    'Environment="A=x y" B=z EMPTY= "Q=\\"p q\\" r" "S=it\'s" "T=  sp  ace " N=1',
    ...some(random, 0.6, () => `Environment=${pieces(random, environmentPieces, 4)}`),
    ...(withFile ? [`EnvironmentFile=${random.pick(['', '-'])}${path}`] : []),
    ...some(random, 0.15, () => `PassEnvironment=${pieces(random, ['PATH', 'X2', 'X1', ' ', 'A'], 3)}`),
    ...some(
      random,
      0.15,
      () => `UnsetEnvironment=${pieces(random, ['A', 'B=z', 'B=y', ' ', 'PATH', 'N', 'Q'], 4)}`,
    ),
    ...some(random, 0.1, () => `ExecSearchPath=${random.pick(['/run', '/usr/bin:/run', 'x', '/a:/b'])}`),
    ...some(random, 0.1, () =>
      random.pick([
        'User=daemon',
        'User=1',
        'Group=games',
        'RuntimeDirectory=rt',
        'WorkingDirectory=/usr',
        'WorkingDirectory=-/none',
      ]),
    ),
    ...some(random, 0.2, () => `ExecStartPre=${randomCommand(random, dumper)}`),
    `ExecStart=${randomCommand(random, dumper)}`,
    ...some(random, 0.2, () => `ExecStart=${randomCommand(random, dumper)}`),
  ]
  const extraFiles = withFile ? { [path]: pieces(random, filePieces, 24) } : {}
  return { name, files: [[template, `${lines.join('\n')}\n`]], extraFiles }
}

const some = (random: Random, probability: number, make: () => string): readonly string[] =>
  random.chance(probability) ? [make()] : []

const pieces = (random: Random, from: readonly string[], most: number): string =>
  Array.from({ length: random.between(1, most) }, () => random.pick(from))
    .join('')
    .replaceAll('‹', '{')
    .replaceAll('›', '}')

const randomCommand = (random: Random, dumper: string): string => {
  const prefix = random.chance(0.3)
    ? random.pick(['-', '@', ':', '+', '!', '!!', '-:', ':-@', '@-', '+:', '-+@'])
    : ''
  const separator = random.chance(0.12)
    ? random.pick([' ; ', ';', ' \\; ', ' ;', '; ', ' ";" ']) + dumper
    : ''
  return `${prefix}${dumper} ${pieces(random, argumentPieces, 9)}${separator}`
}

/** `‹` and `›` stand for braces. */
const words = (text: string): readonly string[] => text.split(' ')

const argumentPieces = [
  ...words(
    'a x $A $‹A› $B $‹B› $EMPTY $‹EMPTY› $Q $‹Q› $S $T $‹T› $N $UNSET $‹UNSET› $$ $ $‹ } $‹A $A} $‹A:-d› $‹UNSET:-d› $‹UNSET:-$‹B›› $‹A:+alt› $‹UNSET:+alt› $1 $_ $‹1› $A-$B $‹A›$‹B› pre$B pre$‹B› $‹B›post $Bpost ; # % %% %n %i %p %N %z %I %%n = : , * ~ | > & ( ) {a,b} ä - --x= @ ! + $X1 $‹X1› $X2',
  ),
  ' ',
  ' ',
  ' ',
  '  ',
  '\t',
  'b c',
  '"',
  '"',
  "'",
  "'",
  '"a b"',
  "'c d'",
  '""',
  "''",
  '\\',
  '\\\\',
  '\\n',
  '\\t',
  '\\s',
  '\\x41',
  '\\101',
  '\\u00e4',
  '\\"',
  "\\'",
  '\\ ',
  '\\$',
  '\\q',
  '\\;',
  '`',
  '\u00a0',
  '\\\n',
  '\\\n  ',
  '\\\n# c\n',
]

const environmentPieces = [
  ...words(
    'X1=1 X2= X1=$A X2=$‹B› X2=%n X1=%i X2=100% X1=%% X1=%z X1 =x 1X=1 X-1=1 A= B= X1=a=b X2=ä X1=; # PATH=/x HOME=/h',
  ),
  ' ',
  ' ',
  'X1="a b"',
  '"X1=c d"',
  "'X2=e f'",
  'X1=a\\nb',
  'X2=\\x41',
  'X1=\\q',
  '"',
  "'",
  'X1="',
  'X2=a\\ b',
  '\\',
  'X1=a"b"c',
  "X2=a'b'c",
  '\t',
  'X1=\\',
  'X2=\\"',
  '\\\n',
]

const filePieces = [
  ...words('X1=1 X2= A=2 B = $A $‹B› # ; 1X=1 X-1=1 ä X2=ä %n x yz X2=a#b X1=1;X2=2 X1='),
  '\n',
  '\n',
  '\n',
  '\n',
  '\r\n',
  ' ',
  '\t',
  'X1="a b"',
  "X2='c d'",
  'X1=a b',
  'X2=a b ',
  '"',
  "'",
  '\\',
  '\\\n',
  '\\n',
  '\\"',
  "\\'",
  '\\$',
  '`',
  '# c',
  '; c',
  '#c\\\n',
  'X1 = 1',
  ' X2=3',
  'export X1=4',
  'X1=a"b"c',
  "X2=a'b'c",
  '\u00a0',
  '\v',
  '\f',
  'X1="a\nb"',
  "X2='a\nb'",
  'X1="a\\\nb"',
  "X2='a\\\nb'",
  'X1=\\x41',
  'X1="\\x41\\n"',
  'X1=a #b',
  '\ufeff',
  'X1="a"\'b\'c',
  '\n\n',
]
