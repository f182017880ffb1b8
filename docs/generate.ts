/** Writes the pages of the docs that are made from the sources: `npm run docs`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { corpusPackages, packageTree } from '../test/oracle/corpus.ts'
import { hasOracle, oracleFolder } from '../test/oracle/tsv.ts'
import { corpusGapPage } from './corpus-gap-page.ts'
import { directivePage } from './directive-page.ts'
import { metricsPage } from './metrics-page.ts'
import { commandsPage, configurationPage, errorsPage, exitStatusesPage } from './reference-pages.ts'

/** File name → text; the page about the corpus only where the corpus is at hand. */
export const generatedPages = async (): Promise<ReadonlyMap<string, string>> =>
  new Map([
    ['directives.md', directivePage()],
    ['commands.md', await commandsPage()],
    ['configuration.md', configurationPage()],
    ['errors.md', errorsPage()],
    ['metrics.md', metricsPage()],
    ['exit-statuses.md', exitStatusesPage()],
    ...(hasOracle() ? [['corpus-gap.md', corpusGapPage(corpusPackages().map(packageTree))] as const] : []),
  ])

const main = async (): Promise<void> => {
  for (const [name, text] of await generatedPages()) writeFileSync(join(import.meta.dirname, name), text)
  if (!hasOracle()) console.log(`corpus-gap.md is left as it is: there is no oracle at ${oracleFolder}`)
}

if (import.meta.main) await main()
