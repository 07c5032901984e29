/** The name of a run: the command's, with what `--as` says, so that runs of different names can go on side by side, each with its own folder. */
export function runName(command: string, args: readonly string[] = process.argv.slice(2)): string {
  const at = args.indexOf('--as');
  const name = /^[a-z0-9-]{1,20}$/.exec(at < 0 ? '' : (args[at + 1] ?? ''))?.[0];
  return name === undefined ? command : `${command}-${name}`;
}
