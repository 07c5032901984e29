import type { CompletedCommand } from './completion-tree.js';

const distinct = (words: readonly string[]): string[] => [...new Set(words)].sort();

/** For bash 3.2 and later, without the bash-completion package. */
export function bashCompletion(tree: readonly CompletedCommand[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => path);
  const valued = distinct(tree.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).map(({ flag }) => flag)));
  const values = tree.flatMap(({ path, options }) =>
    options.filter(({ takesValue }) => takesValue).map(({ flag, choices }) => `      '${path} ${flag}') words='${choices.join(' ')}' ;;`),
  );
  const words = tree.map(
    ({ path, words: next, options }) =>
      `      '${path}') words='${next.map(({ word }) => word).join(' ')}' options='${options.map(({ flag }) => flag).join(' ')}' ;;`,
  );
  return `# Completion of mailctl for bash: source <(mailctl completion bash)
_mailctl() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' words='' options='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${valued.join('|')}) ((i++)); continue ;;
    esac
    case "$at/\${COMP_WORDS[i]}" in
      ${paths.join('|')}) at="$at/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$prev" in
    ${valued.join('|')})
      case "$at $prev" in
${values.map((line) => `  ${line}`).join('\n')}
      esac
      COMPREPLY=($(compgen -W "$words" -- "$cur"))
      return ;;
  esac
  case "$at" in
${words.join('\n')}
  esac
  if [[ $cur == -* ]]; then words=$options; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _mailctl mailctl
`;
}
