/** A small command that every door accepts. */
export const VALID_COMMAND = {
  to: ['ada@example.com'],
  content: { mode: 'rendered', subject: 'Hello', text: 'It works.' },
} as const;

/** The JSON of `VALID_COMMAND` with these members in place of its own. */
export function commandText(members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...VALID_COMMAND, ...members });
}

/** The JSON of a rendered command with these members of its content. */
export function renderedText(content: Readonly<Record<string, unknown>>): string {
  return commandText({ content: { ...VALID_COMMAND.content, ...content } });
}

export const GAME_VARIABLES = {
  player_name: 'Ada',
  game_name: 'Andromeda',
  turn: 17,
  events: [{ title: 'Scouts came back' }],
  game_url: 'https://play.example.com/17',
} as const;

/** The JSON of a command from the template `game.turn_ready`, with these variables in place of good ones. */
export function gameText(variables: Readonly<Record<string, unknown>> = {}): string {
  return commandText({ content: { mode: 'template', template_id: 'game.turn_ready', variables: { ...GAME_VARIABLES, ...variables } } });
}

/** `command` must have no member that is repeated; the result has `member` as its last one, written as it is. */
export function withRawMember(command: string, member: string): string {
  return `${command.slice(0, -1)},${member}}`;
}
