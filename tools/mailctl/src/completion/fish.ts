import type { CompletedCommand } from './completion-tree.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** For fish 3.0 and later. */
export function fishCompletion(tree: readonly CompletedCommand[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const valued = [...new Set(tree.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).map(({ flag }) => flag)))].sort();
  const lines = tree.flatMap(({ path, words, options }) => {
    const here = `complete -c mailctl -n '__mailctl_at "${path}"'`;
    return [
      ...words.map(({ word, description }) => `${here} -a ${word}${description === '' ? '' : ` -d ${quoted(description)}`}`),
      ...options.map(({ flag, description, takesValue, choices }) => {
        const values = takesValue ? ` -x${choices.length === 0 ? '' : ` -a ${quoted(choices.join(' '))}`}` : '';
        return `${here} -l ${flag.slice(2)} -d ${quoted(description)}${values}`;
      }),
    ];
  });
  return `# Completion of mailctl for fish: mailctl completion fish | source
function __mailctl_at -d 'whether the command before the cursor is this one'
  set -l at ''
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
    else if contains -- $word ${valued.join(' ')}
      set skip 1
    else if contains -- "$at/$word" ${paths.join(' ')}
      set at "$at/$word"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c mailctl -f
${lines.join('\n')}
`;
}
