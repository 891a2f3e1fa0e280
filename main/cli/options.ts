import { InvalidArgumentError, Option, type Command } from 'commander'
import { colorChoices, lookOf, type ColorChoice, type Look } from './look.ts'
import type { SignIn } from './open-source.ts'

// Arguments and options that several commands have.

export const sourceHelp =
  'a dump file, - for standard input, demo, ssh://user@host:port, or session:SESSION/N'

export interface CommonOptions extends SignIn {
  readonly json?: boolean
  readonly color: ColorChoice
}

/** `--json`, `--color` and how to sign in; after the command's own options. */
export function addCommonOptions(command: Command, { hasJson = true } = {}): Command {
  if (hasJson) {
    command.option('--json', 'print JSON')
    command.addOption(new Option('--color <when>', 'colour').choices(colorChoices).default('auto'))
  }
  return command
    .option('-i, --identity <file>', 'sign in with this private key')
    .option('--agent', 'sign in with the keys of the SSH agent')
    .option(
      '--trust <fingerprint>',
      'accept the host key with this SHA-256 fingerprint, and keep it',
    )
}

export function addPlaneOption(command: Command, description: string): Command {
  return command.option('-p, --plane <plane>', description)
}

export function outputLook({ color }: Pick<CommonOptions, 'color'>): Look {
  return lookOf(process.stdout, color)
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is not a whole number.')
  return Number(text)
}
